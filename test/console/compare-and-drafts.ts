import { CandidateService } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { createClient } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { grpc } from '../platform/platform.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { dialogInFront, shown } from './shown.ts'
import { tick, untick } from './tick.ts'

/** Tests for comparing candidates, and for drafts. */
export function testCompareAndDrafts({ platform, open, openOnes, toast }: ConsoleUnderTest): void {
  const candidates = async () =>
    createClient(CandidateService, grpc(platform().baseUrl, await platform().token('admin')))

  test('two candidates are compared: what both have, what only one has; they are merged into a draft, and that is undone', async () => {
    const { page } = await open()
    const [one, two] = await openOnes()
    const { baseUrl } = platform()
    await page.goto(`${baseUrl}/candidates`)
    for (const named of [one, two])
      await tick(page.getByRole('checkbox', { name: `Mark ${named?.displayName}`, exact: true }))
    await page.getByRole('link', { name: 'Compare both' }).click()
    const service = await candidates()
    const compared = await service.compareCandidates({
      first: { source: { case: 'suggestionId', value: one?.id ?? '' } },
      second: { source: { case: 'suggestionId', value: two?.id ?? '' } },
    })
    const table = page.getByRole('table', { name: 'What they share' })
    await shown(table)
    for (const [title, counts] of [
      ['People', compared.identities],
      ['Access', compared.entitlements],
      ['Grants', compared.cells],
    ] as const) {
      const cells = table.getByRole('row', { name: title }).getByRole('cell')
      await expect
        .poll(async () => (await cells.allTextContents()).slice(0, 3))
        .toEqual(
          [counts?.firstOnly, counts?.both, counts?.secondOnly].map((count) => Number(count).toLocaleString('en')),
        )
    }
    await tick(page.getByRole('radio', { name: 'Only in A' }))
    const only = Number(compared.entitlements?.firstOnly ?? 0n)
    const grid = page.getByRole('grid', { name: 'Access' })
    if (only === 0) await shown(page.getByText('There is nothing of this kind'))
    else await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe(String(only + 1))
    await page.getByRole('button', { name: 'Merge…' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Both of them')
    await page.keyboard.press('Enter')
    await shown(page.getByRole('heading', { name: 'Both of them', level: 1 }))
    const people = Number(Object.values(sums(compared.identities)).reduce((sum, count) => sum + count, 0n))
    await shown(page.getByText(new RegExp(`^${people} people`)))
    await page.getByRole('link', { name: 'What it is made of' }).click()
    const history = page.getByRole('list', { name: 'History' })
    for (const named of [one, two]) await shown(history.getByRole('link', { name: named?.displayName ?? '' }))
    await shown(toast(page).getByRole('button', { name: 'Undo' }))
    await page.keyboard.press('u')
    await shown(toast(page).getByText('The draft is deleted'))
    expect((await service.listDrafts({})).drafts).toEqual([])
  })

  test('a draft is edited, survives a restart and a reload, and is split; no edit is lost when another tab has changed it', async () => {
    const { context, page } = await open()
    const service = await candidates()
    const [{ id = '' } = {}] = (await openOnes()).filter(({ entitlementCount }) => entitlementCount > 2)
    await page.goto(`${platform().baseUrl}/candidates/${id}`)
    const boxes = page.getByRole('grid', { name: 'Access' }).getByRole('checkbox')
    await untick(boxes.last())
    await page.getByRole('button', { name: 'Save as a draft' }).click()
    await page.waitForURL(/\/drafts\//)
    // The screen of the candidate, which says the same, stays until that of the draft has come.
    await shown(page.getByRole('textbox', { name: 'Name' }))
    await shown(page.getByText(/1 entitlement is left out by you/))
    const address = page.url()

    // The platform restarts: first no server answers, then a server that stops before it has responded.
    let server: 'away' | 'stops' | 'works' = 'away'
    await page.route('**/UpdateDraft', async (route) => {
      if (server === 'works') return route.continue()
      if (server === 'stops') {
        server = 'works'
        await route.fetch()
      }
      await route.abort()
    })
    await untick(boxes.first())
    await shown(page.getByText(/^No connection since/))
    await expect.poll(() => boxes.first().isChecked()).toBe(false)
    server = 'stops'
    await shown(page.getByText('2 entitlements are left out by you'))
    await shown(toast(page).getByText('Saved.'))
    await page.unroute('**/UpdateDraft')
    await page.reload()
    await shown(page.getByText('2 entitlements are left out by you'))
    await expect.poll(() => boxes.first().isChecked()).toBe(false)

    const other = await context.newPage()
    await other.goto(address)
    await other.getByRole('textbox', { name: 'Name' }).fill('Of another tab')
    await other.getByRole('button', { name: 'Save the name' }).click()
    await shown(other.getByRole('heading', { name: 'Of another tab', level: 1 }))
    await page.getByRole('textbox', { name: 'Name' }).fill('What I typed')
    await page.getByRole('button', { name: 'Save the name' }).click()
    await shown(page.getByText('This draft was changed meanwhile'))
    await expect.poll(() => page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('What I typed')
    await page.getByRole('button', { name: 'Save mine as a separate draft' }).click()
    await shown(page.getByRole('heading', { name: 'What I typed', level: 1 }))
    await expect.poll(() => page.url()).not.toBe(address)

    await page.goto(address)
    await shown(page.getByRole('heading', { name: 'Of another tab', level: 1 }))
    await expect.poll(() => page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Of another tab')
    await page.getByRole('button', { name: 'Split off what is left out' }).click()
    await shown(page.getByRole('list', { name: 'History' }).getByText('Split off'))
    const { drafts } = await service.listDrafts({})
    expect(drafts.length).toBe(4)
    await page.getByRole('link', { name: 'To the drafts' }).click()
    await shown(page.getByText('4 drafts.'))
    for (const { id: draftId } of drafts) await service.deleteDraft({ draftId })
    await page.goto(address)
    await shown(page.getByText('This draft is not there'))
  })

  test('a draft becomes an access profile with its people as members, and that is undone', async () => {
    const { page } = await open()
    const service = await candidates()
    const [{ id = '', peopleCount = 0 } = {}] = await openOnes()
    const draft = await service.createDraft({
      candidate: { source: { case: 'suggestionId', value: id } },
      displayName: 'Becomes a profile',
    })
    await page.goto(`${platform().baseUrl}/drafts/${draft.id}`)
    // The connection breaks between the profile and its members, so the profile cannot be deleted either.
    await page.route(/AddAccessProfileMembers|DeleteAccessProfile$/, (route) => route.abort())
    await page.getByRole('button', { name: 'Make it a profile…' }).click()
    await dialogInFront(page)
    const made = page.waitForRequest(/DeleteAccessProfile$/)
    await page.keyboard.press('Enter')
    await made
    await page.unroute(/AddAccessProfileMembers|DeleteAccessProfile$/)
    await page.getByRole('button', { name: 'Make it a profile…' }).click()
    await dialogInFront(page)
    await page.keyboard.press('Enter')
    await shown(page.getByText(new RegExp(`^${peopleCount} members, .* No rule decides`)))
    const profiles = await platform().db.owner
      .sql`select 1 from access_profiles where display_name = 'Becomes a profile'`
    expect(profiles.length).toBe(1)
    await shown(toast(page).getByRole('button', { name: 'Undo' }))
    await page.keyboard.press('u')
    await shown(toast(page).getByText('The access profile is deleted'))
    await service.deleteDraft({ draftId: draft.id })
  })
}

const sums = ({
  both = 0n,
  firstOnly = 0n,
  secondOnly = 0n,
}: Partial<Record<'both' | 'firstOnly' | 'secondOnly', bigint>> = {}) => ({
  both,
  firstOnly,
  secondOnly,
})
