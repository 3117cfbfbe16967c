import { InboxKind, InboxService, InboxState } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { createClient } from '@connectrpc/connect'
import { expect, onTestFinished, test } from 'vitest'
import { grpc, rest } from '../platform/platform.ts'
import { goToScreen } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { dialogInFront, gone, shown } from './shown.ts'

/** Tests for potential roles in the list of candidates, and for saved views. */
export function testPotentialRolesAndViews({ platform, open, toast }: ConsoleUnderTest): void {
  test('a potential role of a session is read, accepted with its people, reopened and dismissed, like a suggestion', async () => {
    const { baseUrl, db, token } = platform()
    const admin = await token('admin')
    const inbox = createClient(InboxService, grpc(baseUrl, admin))
    const created = await rest(baseUrl, admin, 'POST /beta/role-mining-sessions', {
      name: 'Engineers by access',
      scope: { attributeFilterCriteria: [], criteria: 'attributes.department:Engineering' },
      minNumIdentitiesInPotentialRole: 5,
    })
    expect(created.status, JSON.stringify(created.json)).toBe(201)
    onTestFinished(
      async () => void (await db.owner.sql`delete from mining_sessions where id = ${String(created.json.id)}`),
    )
    const found = () => inbox.listInboxCandidates({ kinds: [InboxKind.POTENTIAL_ROLE], pageSize: 100 })
    const session = () => rest(baseUrl, admin, `GET /beta/role-mining-sessions/${created.json.id}`)
    await expect.poll(async () => (await session()).json.status).toMatchObject({ state: 'POTENTIAL_ROLES_CREATED' })
    const { candidates, kindCounts } = await found()
    expect(kindCounts.find(({ kind }) => kind === InboxKind.POTENTIAL_ROLE)?.count).toBe(candidates.length)
    const [{ id: candidateId = '', displayName = '', peopleCount = 0, gainCount = 0 } = {}] = candidates
    const { page } = await open()
    await goToScreen(page, 'Candidates')
    await page.getByRole('combobox', { name: 'Found' }).selectOption('role')
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: displayName, exact: true }) })
    await expect.poll(() => row.textContent()).toContain(gainCount === 0 ? '0' : `+${gainCount.toLocaleString('en')}`)
    await row.getByRole('link').click()
    await shown(page.getByText(new RegExp(`^${peopleCount} people, `)))
    await page.getByRole('link', { name: 'Who is meant' }).click()
    const search = page.getByRole('link', { name: 'Engineers by access' })
    await expect.poll(() => search.getAttribute('href')).toBe(`/candidates/search/${created.json.id}`)
    await page.keyboard.press('a')
    await shown(page.getByText('an access profile without a rule'))
    await dialogInFront(page)
    await page.keyboard.press('Enter')
    await shown(toast(page).getByText(`Accepted ${displayName}`))
    const { accessProfileId } = await inbox.getInboxCandidate({ candidateId })
    const [members] = await db.owner.sql<{ count: number }[]>`
      select count(*)::integer as count from access_profile_members where profile_id = ${accessProfileId}`
    expect(members?.count).toBe(peopleCount)
    const stateOf = async () => (await inbox.getInboxCandidate({ candidateId })).state
    await toast(page).getByRole('button', { name: 'Undo' }).click()
    await shown(toast(page).getByText('is open again'))
    expect(await stateOf()).toBe(InboxState.OPEN)
    await page.goto(`${baseUrl}/candidates/${candidateId}`)
    await page.getByRole('button', { name: 'Dismiss…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss', exact: true }).click()
    await shown(toast(page).getByText(`Dismissed ${displayName}`))
    expect(await stateOf()).toBe(InboxState.DISMISSED)
  })

  test('a view is saved by a name, opened from any screen, renamed, deleted, and restored by undo', async () => {
    const { baseUrl } = platform()
    const { page } = await open()
    await page.goto(`${baseUrl}/candidates?order=gains&q=core`)
    const views = page.getByText(/^Saved views/)
    await views.click()
    await page.getByRole('button', { name: 'Save this view…' }).click()
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('Few gains')
    await page.keyboard.press('Enter')
    await shown(toast(page).getByText('Saved the view “Few gains”'))
    await page.goto(`${baseUrl}/candidates`)
    await views.click()
    await page.getByRole('link', { name: 'Few gains' }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('?order=gains&q=core')
    await page.getByRole('button', { name: 'Rename Few gains' }).click()
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('Least work')
    await page.keyboard.press('Enter')
    await shown(page.getByRole('link', { name: 'Least work' }))
    await page.getByRole('button', { name: 'Delete Least work' }).click()
    await shown(toast(page).getByText('Deleted the view'))
    await gone(page.getByRole('link', { name: 'Least work' }))
    await toast(page).getByRole('button', { name: 'Undo' }).click()
    await shown(page.getByRole('link', { name: 'Least work' }))
  })
}
