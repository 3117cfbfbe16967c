import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createApiClient, createSignInLink } from '@assay/auth'
import { type InboxCandidate, InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { Verdict } from '@assay/contracts/assay/review/v1/review_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { conductorone } from '@assay/dialects'
import { verifyPack } from '@assay/reviews'
import { bindClientToScope } from '@assay/role-mining'
import { findTenant, inTenant } from '@assay/store'
import { createClient } from '@connectrpc/connect'
import type { Download, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { grpc } from '../platform/platform.ts'
import { complaintsOf, faultsAtThisWidth, watched } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { gone, shown } from './shown.ts'
import { tick, untick } from './tick.ts'

const department = 'Engineering'

/** Tests for a head of a department who decides on a phone, and for an auditor. */
export function testReviewsAndLedger(underTest: ConsoleUnderTest): void {
  const { platform, browser, open, openOnes, toast } = underTest
  const transport = async () => grpc(platform().baseUrl, await platform().token('admin'))

  /** A reviewer, with or without a scope of one department. */
  async function reviewer(displayName: string, isBounded: boolean) {
    const { sql } = platform().db.owner
    const tenantId = (await findTenant(sql, 'local'))?.tenantId ?? 0
    const init = { tenantId, dialect: conductorone.clients, role: 'reviewer', displayName, host: '127.0.0.1' } as const
    const client = await createApiClient(sql, init)
    const filters = [{ attribute: 'department', values: [department] }]
    const { applications } = await createClient(DirectoryService, await transport()).listApplications({ pageSize: 100 })
    const applicationIds = applications.map(({ id }) => id)
    const conditions = { filters, applicationIds }
    if (isBounded) await inTenant(sql, tenantId, (own) => bindClientToScope(own, tenantId, client.clientId, conditions))
    const link = async () => `${platform().baseUrl}/sign-in#${await createSignInLink(sql, tenantId, client.clientId)}`
    return { ...client, link, token: await fetchToken(platform().baseUrl, client) }
  }

  async function onPhone(link: string): Promise<Page> {
    const viewport = { width: 320, height: 640 }
    const context = await browser().newContext({ viewport, reducedMotion: 'reduce', hasTouch: true })
    const page = watched(await context.newPage())
    await page.goto(link)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await shown(page.getByRole('heading', { name: 'Start', level: 1 }))
    return page
  }

  /** What axe finds and what is wider than the page, in both themes; and targets that a thumb misses. */
  async function faultsOf(page: Page): Promise<string[]> {
    const faults = await faultsAtThisWidth(page)
    const small = await page.evaluate<
      string[]
    >(`[...document.querySelectorAll('.alone-main :is(button, summary, label.choice, a.button, textarea)')]
      .filter((one) => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 44)
      .map((one) => 'lower than 44 px: ' + one.textContent)`)
    return [...faults, ...small]
  }

  test('a head sees and decides only her part, on a phone: one question at a time, with a summary before sending', async () => {
    const inside = (await openOnes()).filter(({ conditions }) => isOf(conditions, department))
    const outside = (await openOnes()).find(
      ({ conditions }) => isOf(conditions, 'Marketing') || !isOf(conditions, department),
    )
    const [first, second, third] = inside
      .toSorted((a, b) => b.entitlementCount - a.entitlementCount)
      .filter(({ entitlementCount }) => entitlementCount > 1)
    if (first === undefined || second === undefined || third === undefined || outside === undefined)
      throw new Error(`too few candidates of ${department}: ${inside.length}`)
    const head = await reviewer('Grace, head of Engineering', true)
    const other = await reviewer('Ben, of security', false)

    // The owner hands the candidates over from the list.
    const { page: owner, context } = await open()
    await owner.goto(`${platform().baseUrl}/candidates`)
    await shown(owner.getByRole('grid', { name: 'Candidates' }))
    const handed = [first, second, third, outside]
    for (const { displayName } of handed) await mark(owner, displayName)
    await owner.getByRole('button', { name: 'Hand to reviewers…' }).click()
    for (const name of ['Grace, head', 'Ben, of']) {
      await owner.getByRole('combobox', { name: 'Who' }).fill(name)
      await owner.getByRole('option', { name: new RegExp(`^${name}`) }).click()
    }
    await owner.getByRole('textbox', { name: 'Name of the review' }).fill('Autumn')
    await owner.getByRole('button', { name: 'Hand over' }).click()
    await shown(toast(owner).getByText(/^Handed to Grace, head of Engineering, Ben, of security\. Due /))
    await owner.goto(`${platform().baseUrl}/candidates/${first.id}`)
    await shown(owner.getByRole('region', { name: 'With reviewers' }).getByText(/With .*Grace/))
    await context.close()

    const page = await onPhone(await head.link())
    await shown(page.getByRole('region', { name: 'Waiting for you' }).getByText('3 questions'))
    await page.getByRole('link', { name: 'Autumn' }).click()
    await shown(page.getByText('1 of 3', { exact: true }))
    const bounded = createClient(ReviewService, grpc(platform().baseUrl, head.token))
    const { items } = await bounded.listMyReviewItems({ pageSize: 100 })
    expect(items.map(({ candidateId }) => candidateId).toSorted()).toEqual([first.id, second.id, third.id].toSorted())
    const nameOf = (number: number) => items[number - 1]?.candidate?.displayName ?? ''
    const people = items[0]?.candidate?.peopleCount
    await shown(page.getByRole('heading', { level: 1, name: new RegExp(`^Should your ${people} people have `) }))
    await shown(page.getByText(nameOf(1), { exact: true }))
    const body = (await page.locator('body').textContent()) ?? ''
    expect(body).not.toContain(outside.displayName)
    expect(body).not.toMatch(/coverage|confidence|cohort|entitlement/i)
    expect(await faultsOf(page)).toEqual([])

    // "Yes" by the keyboard, "Some of it" with a check box, "No" with a reason and a comment, which survive a reload.
    await page.getByRole('button', { name: 'Yes' }).focus()
    await page.keyboard.press('Enter')
    await shown(page.getByText('2 of 3', { exact: true }))
    await page.getByRole('button', { name: 'Some of it' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await shown(page.getByRole('alert').getByText('Untick what they should not have.'))
    await untick(page.getByRole('checkbox').last())
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Next' }).click()
    await shown(page.getByText('3 of 3', { exact: true }))
    await page.getByRole('button', { name: 'No…' }).click()
    await tick(page.getByRole('radio', { name: 'It is too much' }))
    await page.getByRole('textbox', { name: 'Anything to add?' }).fill('Half of them left')
    await page.reload()
    await shown(page.getByRole('radio', { name: 'It is too much', checked: true }))
    await page.getByText('Ask or tell').click()
    await page.getByRole('textbox', { name: 'What you say' }).fill('Who asked for this?')
    await page.getByRole('button', { name: 'Say it' }).click()
    await shown(page.getByRole('list', { name: 'Ask or tell' }).getByText('Who asked for this?'))
    await page.getByRole('button', { name: 'Read it all' }).first().click()

    // When two reviewers answer, the second sees the answer of the first, and nothing is sent unread.
    await shown(page.getByRole('heading', { name: 'Read before you send' }))
    await shown(page.getByText('No: it is too much. “Half of them left”'))
    expect(await faultsOf(page)).toEqual([])
    const bens = createClient(ReviewService, grpc(platform().baseUrl, other.token))
    await bens.decideReviewItem({ itemId: items[0]?.id ?? '', verdict: Verdict.REJECTED, comment: 'Not these' })
    await page.getByRole('button', { name: 'Send 3 answers' }).click()
    await shown(page.getByText('2 answers are sent.'))
    await shown(page.getByText(/^Ben, of security answered this on .*: No\. “Not these” Your answer was not sent/))
    const reviewId = items[0]?.reviewId ?? ''
    const decided = await bounded.listReviewItems({ reviewId })
    expect(decided.items.map(({ decision }) => decision?.verdict)).toEqual([
      Verdict.REJECTED,
      Verdict.APPROVED_IN_PART,
      Verdict.REJECTED,
    ])
    expect(decided.items[1]?.decision?.leftOut).toHaveLength(1)
    await page.getByRole('link', { name: `Look again ${nameOf(1)}` }).click()
    await shown(page.getByText(/^Ben, of security answered: No/))
    await page.getByRole('button', { name: 'Yes' }).click()
    await page.goto(`${platform().baseUrl}/decide/${reviewId}?at=send`)
    await page.getByRole('button', { name: 'Send 1 answer' }).click()
    await shown(page.getByText('1 answer is sent.'))
    expect((await bounded.getReviewItem({ itemId: items[0]?.id ?? '' })).decision?.verdict).toBe(Verdict.APPROVED)

    // A review of other reviewers and a review that does not exist look the same.
    const reviews = createClient(ReviewService, await transport())
    const hidden = await reviews.createReview({
      displayName: 'Of others',
      reviewerIds: [other.clientId],
      items: [{ candidate: { source: { case: 'suggestionId', value: outside.id } } }],
    })
    for (const guessed of [hidden.id, '00000000-0000-4000-8000-000000000000', 'x']) {
      await page.goto(`${platform().baseUrl}/decide/${guessed}`)
      await shown(page.getByText('There is nothing here for you'))
    }
    await page.goto(`${platform().baseUrl}/reviews/${hidden.id}`)
    await shown(page.getByText('This review is not there'))

    // Screens about all people are not offered.
    await page.goto(`${platform().baseUrl}/settings`)
    await shown(page.getByRole('heading', { name: 'Policies' }))
    await expect
      .poll(() => page.getByRole('heading', { level: 2 }).allTextContents())
      .toEqual(['Analysis', 'Policies', 'API description'])
    await page.goto(`${platform().baseUrl}/explore?who=department:${department}`)
    await shown(page.getByRole('button', { name: 'Save as a draft' }))
    await gone(page.getByRole('button', { name: 'Make a profile…' }))

    // When the scope becomes empty, the page says that, and not that there are no open items.
    await platform().db.owner.sql`
      update reader_scopes set conditions = '{"filters":[{"attribute":"department","values":["Nosuch"]}],"applicationIds":[]}',
        data_version = ''`
    await page.goto(`${platform().baseUrl}/decide`)
    await shown(page.getByText('Nobody whom you may see is in the data'))
    // The browser logs each refused response: here those for missing objects and for changes that another user made first.
    expect(complaintsOf(page).filter((line) => !/status of 4(04|09)/.test(line))).toEqual([])
  })

  test('an auditor sees who decided what, what was in force, and that the chain is complete', async () => {
    const inbox = createClient(InboxService, await transport())
    const [candidate] = await openOnes()
    if (candidate === undefined) throw new Error('no open candidate')
    await inbox.batchDecide({
      decisions: [
        { candidateId: candidate.id, outcome: { case: 'accept', value: { displayName: 'For the auditor' } } },
      ],
    })
    const { page } = await open('auditor')
    await page.goto(`${platform().baseUrl}/candidates/${candidate.id}?tab=history`)
    await shown(page.getByRole('list', { name: 'History' }).getByText(/accepted a candidate/))
    await page.getByRole('link', { name: 'Show it in the ledger' }).click()
    await shown(page.getByRole('heading', { name: 'Ledger', level: 1 }))
    await expect.poll(() => new URL(page.url()).searchParams.get('about')).toBe(candidate.id)
    await page.getByRole('combobox', { name: 'What' }).selectOption({ label: 'decisions on candidates' })
    await expect.poll(() => new URL(page.url()).searchParams.get('what')).toBe('suggestion.')
    const grid = page.getByRole('grid', { name: 'Ledger' })
    // The entries of before stand there until those of the choice arrive.
    await grid.getByRole('row').filter({ hasText: 'accepted a candidate' }).getByRole('link').first().click()
    await shown(page.getByRole('heading', { name: /accepted a candidate$/, level: 1 }))
    const state = page.getByRole('row', { name: /^state/ })
    await expect.poll(() => state.getByRole('cell').allTextContents()).toEqual(['new', 'accepted'])
    const address = page.url()
    await page.reload()
    await shown(page.getByText('assay.candidate.v1.InboxService.BatchDecide'))
    await expect.poll(() => page.url()).toBe(address)

    await page.goto(`${platform().baseUrl}/ledger?tab=in-force&type=profile`)
    await shown(page.getByRole('region', { name: 'Access profile: For the auditor' }).getByText('cel expression'))
    await page.getByRole('link', { name: 'Is it whole?' }).click()
    await page.getByRole('button', { name: 'Look at all of it' }).click()
    await shown(page.getByText('The ledger is whole: nothing was altered'))

    await page.goto(`${platform().baseUrl}/reviews?state=all`)
    await page.getByRole('link', { name: 'Autumn' }).click()
    await shown(page.getByText('3 of 4 decided: 1 yes, 1 some of it, 1 no.'))
    await page.getByText('Evidence', { exact: true }).click()
    const [pack] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'A file to verify (NDJSON)' }).click(),
    ])
    const report = await verifyPack(createInterface({ input: Readable.from(await textOf(pack)) }))
    expect(report).toMatchObject({ reviews: 1, items: 4, faults: [] })
    await inbox.undoDecision({ candidateId: candidate.id })
    await platform().db.owner
      .sql`update ledger_values set value = '"x"' where field = 'comment' and value like '%Half of them%'`
    await page.goto(`${platform().baseUrl}/ledger?tab=check`)
    await page.getByRole('button', { name: 'Look at all of it' }).click()
    await shown(page.getByText('The ledger is not whole: 1 thing is wrong.'))
    expect(complaintsOf(page)).toEqual([])
  })
}

type Conditions = InboxCandidate['conditions']

function isOf(conditions: Conditions, value: string): boolean {
  return conditions.some(
    ({ attribute, values }) => attribute === 'department' && values.length === 1 && values[0] === value,
  )
}

/** Marks a candidate in a list that renders only its visible rows. */
async function mark(page: Page, name: string): Promise<void> {
  const search = page.getByRole('searchbox')
  await search.fill(name.slice(0, 60))
  await tick(page.getByRole('checkbox', { name: `Mark ${name}`, exact: true }))
  await search.fill('')
}

/** The browser may run elsewhere, so the file comes in a stream. */
async function textOf(download: Download): Promise<string> {
  return text(await download.createReadStream())
}
