import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { CandidateService } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { InboxService, InboxState } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { ImpactMode, ImpactService } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { LedgerService } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { type Client, createClient } from '@connectrpc/connect'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { keyGroups } from '../../apps/console/src/screens/keys/texts.ts'
import { grpc, type TestPlatform } from '../platform/platform.ts'
import { testAccountsOfSources } from './accounts-of-sources.ts'
import { bringDataTests } from './bring-data.ts'
import { testCompareAndDrafts } from './compare-and-drafts.ts'
import { testCoverageAndChanges } from './coverage-and-changes.ts'
import { testDriftAndBreaches } from './drift-and-breaches.ts'
import { testExploreAndRules } from './explore-and-rules.ts'
import { testHandOverToSystems } from './hand-over-to-systems.ts'
import { testMatrix } from './matrix.ts'
import { testModelsAndSettings } from './models-and-settings.ts'
import { complaintsOf, faultsAt, goToScreen, signedIn, signInLink, testBrowser, watched } from './open-console.ts'
import { testPotentialRolesAndViews } from './potential-roles-and-views.ts'
import { testReasonsAndRecommendations } from './reasons-and-recommendations.ts'
import { testReviewsAndLedger } from './reviews-and-ledger.ts'
import { harmfulName, longName, rightToLeftName, startSampleConsole } from './sample-console.ts'
import { dialogInFront, gone, shown } from './shown.ts'
import { testSignInByProvider } from './sign-in-by-provider.ts'
import { testSpokenScreens } from './spoken-screens.ts'
import { tick, untick } from './tick.ts'
import { testTypedValues } from './typed-values.ts'

const browser: Browser | undefined = await testBrowser()
let platform: TestPlatform
let inbox: Client<typeof InboxService>
let candidates: Client<typeof CandidateService>
let impacts: Client<typeof ImpactService>

describe.skipIf(browser === undefined)('the console', () => {
  beforeAll(async () => {
    platform = await startSampleConsole()
    const transport = grpc(platform.baseUrl, await platform.token('role-miner'))
    inbox = createClient(InboxService, transport)
    candidates = createClient(CandidateService, transport)
    impacts = createClient(ImpactService, transport)
  })
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close()
  })
  afterAll(async () => {
    await browser?.close()
    await platform?.stop()
  })

  const open = (role?: Parameters<typeof signedIn>[2]) => signedIn(browser as Browser, platform, role)
  const stateOf = async (candidateId: string) => (await inbox.getInboxCandidate({ candidateId })).state
  const openOnes = async () =>
    (await inbox.listInboxCandidates({ states: [InboxState.OPEN], pageSize: 100 })).candidates
  const goToCandidates = async (page: Page) => {
    await goToScreen(page, 'Candidates')
    await shown(page.getByRole('grid', { name: 'Candidates' }).getByRole('checkbox'))
  }
  const acceptedProfile = async (candidateId: string) => {
    await inbox.batchDecide({ decisions: [{ candidateId, outcome: { case: 'accept', value: {} } }] })
    return (await inbox.getInboxCandidate({ candidateId })).accessProfileId
  }
  const toast = (page: Page) => page.getByRole('status', { name: 'What was done last' })

  const underTest = {
    platform: () => platform,
    browser: () => browser as Browser,
    open,
    openOnes,
    acceptedProfile,
    toast,
  }
  testCompareAndDrafts(underTest)
  testExploreAndRules(underTest)
  testModelsAndSettings(underTest)
  testPotentialRolesAndViews(underTest)
  testReviewsAndLedger(underTest)
  testSignInByProvider(underTest, () => browser as Browser)
  testMatrix(underTest)
  testHandOverToSystems(underTest)
  testSpokenScreens(underTest)
  testTypedValues(underTest)
  testAccountsOfSources(underTest)
  testDriftAndBreaches(underTest)
  testReasonsAndRecommendations(underTest)

  test('a link signs in by a click, and its secret is neither in the address nor in the history', async () => {
    const page = watched(await (await (browser as Browser).newContext()).newPage())
    const link = await signInLink(platform, 'auditor')
    await page.goto(link)
    const button = page.getByRole('button', { name: 'Sign in' })
    await shown(button)
    await expect.poll(() => page.url()).toBe(link.split('#')[0])
    await button.click()
    await shown(page.getByRole('heading', { name: 'Start', level: 1 }))
    await page.reload()
    await shown(page.getByRole('heading', { name: 'Start', level: 1 }))
    expect(complaintsOf(page)).toEqual([])
    const again = await (await (browser as Browser).newContext()).newPage()
    await again.goto(link)
    await again.getByRole('button', { name: 'Sign in' }).click()
    await shown(again.getByRole('alert').getByText('used already'))
  })

  test('no screen has an axe fault, is wider than the page, or logs a line, in both themes, wide and as on a phone', async () => {
    const { page } = await open()
    const [candidate, accepted] = await openOnes()
    const { people } = await inbox.listInboxPeople({ candidateId: candidate?.id ?? '', pageSize: 1 })
    const accessProfileId = await acceptedProfile(accepted?.id ?? '')
    const { entitlements } = await inbox.getInboxCandidate({ candidateId: candidate?.id ?? '' })
    const { applicationId = '', entitlementId = '' } = entitlements[0] ?? {}
    const draft = await candidates.createDraft({
      candidate: {
        source: { case: 'suggestionId', value: candidate?.id ?? '' },
        edits: { removedEntitlements: [{ applicationId, entitlementId }] },
      },
    })
    const transport = grpc(platform.baseUrl, await platform.token('role-miner'))
    const review = await createClient(ReviewService, transport).createReview({
      displayName: harmfulName,
      note: longName,
      reviewerIds: [people[0]?.identityId ?? ''],
      items: [{ candidate: { source: { case: 'suggestionId', value: candidate?.id ?? '' } } }],
    })
    const { entries } = await createClient(LedgerService, transport).listEntries({ subjectId: review.id })
    const [entry] = entries
    const entitlementPath = `/entitlements/${encodeURIComponent(applicationId)}/${encodeURIComponent(entitlementId)}`
    const screens: readonly (readonly [path: string, ready: string, act?: () => Promise<void>])[] = [
      ['/', 'Waiting for a decision'],
      ['/candidates', 'Hold all of it|Mark'],
      ['/candidates?q=nosuchname', 'No candidate has these words'],
      [`/candidates/${candidate?.id}`, 'Held by'],
      [`/candidates/${candidate?.id}?tab=people`, 'Person'],
      [`/candidates/${candidate?.id}?tab=impact&mode=replace`, 'single grants?\\.'],
      [`/candidates/${candidate?.id}?tab=about`, 'Everybody who is enabled'],
      [`/candidates/${candidate?.id}`, 'Accept this candidate', () => page.keyboard.press('a')],
      [`/candidates/${candidate?.id}`, 'Dismiss this candidate', () => page.keyboard.press('d')],
      [`/candidates/${candidate?.id}`, 'Who is to look at it', () => page.keyboard.press('r')],
      [`/candidates/${candidate?.id}?tab=history`, 'Show it in the ledger'],
      ['/reviews', '\\d+ reviews?\\.'],
      [`/reviews/${review.id}`, 'no answer yet'],
      ['/ledger', 'handed something to reviewers'],
      [`/ledger/${entry?.id}`, 'Before and after'],
      ['/ledger?tab=in-force', 'things were in force'],
      ['/ledger?tab=check', 'Every entry, value'],
      ['/explore', 'Explains alone'],
      ['/explore?who=department:Engineering', 'Hold all of it'],
      ['/explore?who=department:Engineering&tab=why', 'Why an analysis'],
      ['/explore?who=department:Nosuch', 'Nobody has department'],
      ['/explore?who=department:Engineering', 'Make an access profile', () => page.keyboard.press('c')],
      ['/matrix?zoom=2&show=difference', 'ordered by'],
      ['/explore?who=department:Engineering&tab=matrix', 'ordered by'],
      ['/coverage', 'All grants'],
      ['/coverage?layer=open', 'Explained by'],
      ['/coverage?tab=breaches', 'hold nothing against'],
      ['/changes', 'Nothing to compare yet'],
      ['/changes?tab=runs', 'are as they were|two analyses are needed'],
      [`/compare?a=suggestion:${candidate?.id}`, `^A ${RegExp.escape(candidate?.displayName ?? '')}`],
      [`/compare?a=suggestion:${candidate?.id}&b=profile:${accessProfileId}`, 'In both'],
      ['/drafts', '\\d+ drafts?\\.'],
      [`/drafts/${draft.id}`, 'left out by you'],
      [`/drafts/${draft.id}?tab=history`, 'Made of'],
      ['/access-profiles', 'follows its rule|Members'],
      [`/access-profiles/${accessProfileId}`, 'Its rule decides'],
      [
        `/access-profiles/${accessProfileId}`,
        'Rule \\(CEL',
        () => page.getByRole('button', { name: 'Change the rule…' }).click(),
      ],
      [`/people/${people[0]?.identityId}`, 'Last use'],
      [entitlementPath, 'What contains it'],
      ['/data', 'Sources|native'],
      ['/keys', 'In a list', () => page.keyboard.press('Control+k')],
      ['/keys', 'On a candidate'],
      ['/sign-in', 'not whole'],
      ['/no/such/screen', 'belongs to no screen'],
    ]
    const found: string[] = []
    for (const [path, ready, act] of screens) {
      await page.goto(platform.baseUrl + path)
      await shown(page.getByRole('heading', { level: 1 }))
      if (act !== undefined) {
        await shown(page.getByText(/Held by|On a candidate|Change the rule/))
        await act()
      }
      await shown(page.getByText(new RegExp(ready)))
      found.push(...(await faultsAt(page, `${path}${act ? ' opened' : ''}`)))
      // The next one is loaded as on a phone.
      await page.setViewportSize({ width: 320, height: 800 })
    }
    await inbox.undoDecision({ candidateId: accepted?.id ?? '' })
    await candidates.deleteDraft({ draftId: draft.id })
    expect(found).toEqual([])
    expect(complaintsOf(page).filter((line) => !line.endsWith('/no/such/screen)'))).toEqual([])
  })

  test('a candidate is opened, accepted, reopened and dismissed with only the keyboard', async () => {
    const { page } = await open()
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    const heading = page.getByRole('heading', { level: 1 })
    const [somebody] = (await inbox.listInboxPeople({ candidateId: (await openOnes())[0]?.id ?? '', pageSize: 1 }))
      .people
    await press('Control+k')
    await dialogInFront(page)
    await page.keyboard.type(somebody?.displayName ?? '')
    await shown(page.getByRole('menuitem', { name: `${somebody?.displayName} a person` }))
    await press('ArrowDown', 'Enter')
    await shown(page.getByRole('heading', { name: somebody?.displayName ?? '', level: 1 }))
    await press('Control+k')
    await dialogInFront(page)
    await page.keyboard.type('Go to Cand')
    await gone(page.getByRole('menuitem', { name: 'Go to Explore' }))
    await shown(page.getByRole('menuitem', { name: 'Go to Candidates' }))
    await press('ArrowDown', 'Enter')
    const grid = page.getByRole('grid', { name: 'Candidates' })
    await shown(grid.getByRole('checkbox'))
    for (let tabs = 0; tabs < 30 && !(await grid.evaluate((one) => one.matches(':focus'))); tabs++) await press('Tab')
    const [, second, third] = await openOnes()
    await press('j', 'Enter')
    await shown(page.getByRole('heading', { name: second?.displayName ?? '', level: 1 }))
    await expect.poll(() => heading.evaluate((one) => one.matches(':focus'))).toBe(true)
    // The decision leads to the next of the list, whose place is asked of the server.
    await expect.poll(() => page.getByRole('button', { name: 'Next', exact: true }).isEnabled()).toBe(true)
    await press('a')
    await dialogInFront(page)
    await press('Enter')
    await shown(toast(page).getByText(`Accepted ${second?.displayName}`))
    expect(await stateOf(second?.id ?? '')).toBe(InboxState.ACCEPTED)
    await shown(page.getByRole('heading', { name: third?.displayName ?? '', level: 1, exact: true }))
    await shown(toast(page).getByRole('button', { name: 'Undo' }))
    await press('u')
    await shown(toast(page).getByText('is open again'))
    expect(await stateOf(second?.id ?? '')).toBe(InboxState.OPEN)
    await press('d')
    await dialogInFront(page)
    await press('2', 'Enter')
    await shown(toast(page).getByText(`Dismissed ${third?.displayName}`))
    const dismissals = await platform.db.owner.sql<{ reason: string }[]>`select reason from suggestion_dismissals`
    expect(dismissals.map(({ reason }) => reason)).toEqual(['too_broad'])
    await shown(toast(page).getByRole('button', { name: 'Undo' }))
    await press('u')
    await shown(toast(page).getByText('is open again'))
    expect((await inbox.listInboxCandidates({ states: [InboxState.DISMISSED] })).totalCount).toBe(0)
  })

  test('marked candidates are decided together, and a sentence shows the effect before', async () => {
    const { page } = await open()
    await goToCandidates(page)
    const [first, second] = await openOnes()
    for (const one of [first, second])
      await tick(page.getByRole('checkbox', { name: `Mark ${one?.displayName}`, exact: true }))
    const gains = (first?.gainCount ?? 0) + (second?.gainCount ?? 0)
    await shown(page.getByText(new RegExp(`^2 candidates marked. Accepting them: ${gains} gains?`)))
    await page.getByRole('button', { name: 'Accept marked' }).click()
    await shown(toast(page).getByText('Accepted 2 candidates.'))
    expect([await stateOf(first?.id ?? ''), await stateOf(second?.id ?? '')]).toEqual([
      InboxState.ACCEPTED,
      InboxState.ACCEPTED,
    ])
    await toast(page).getByRole('button', { name: 'Undo' }).click()
    await shown(toast(page).getByText('2 candidates are open again'))
    expect([await stateOf(first?.id ?? ''), await stateOf(second?.id ?? '')]).toEqual([
      InboxState.OPEN,
      InboxState.OPEN,
    ])
  })

  test('on a phone the navigation is a menu, which closes at every choice, also of the screen that is shown', async () => {
    const { page } = await open()
    await page.setViewportSize({ width: 320, height: 800 })
    const menu = page.getByRole('button', { name: 'Menu' })
    const candidates = page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Candidates' })
    await gone(candidates)
    for (const path of ['/', '/candidates']) {
      await expect.poll(() => new URL(page.url()).pathname).toBe(path)
      await menu.click()
      await expect.poll(() => menu.getAttribute('aria-expanded')).toBe('true')
      await candidates.click()
      await shown(page.getByRole('heading', { name: 'Candidates', level: 1 }))
      await gone(candidates)
      await expect.poll(() => menu.getAttribute('aria-expanded')).toBe('false')
    }
    await expect.poll(() => page.evaluate('document.activeElement.closest("main") !== null')).toBe(true)
  })

  test('when an action removes the focused element, a neighbour gets the focus, so that the next key is not lost', async () => {
    const { page } = await open()
    await goToCandidates(page)
    const grid = page.getByRole('grid', { name: 'Candidates' })
    const focused = (one: Locator) => one.evaluate((element) => element.matches(':focus'))
    await grid.focus()
    await page.keyboard.press('x')
    await page.getByRole('button', { name: 'Take all marks away' }).press('Enter')
    await gone(page.getByRole('button', { name: 'Take all marks away' }))
    await expect.poll(() => focused(grid)).toBe(true)
    const [first] = await openOnes()
    await page.keyboard.press('d')
    await shown(toast(page).getByText(`Dismissed ${first?.displayName}`))
    await toast(page).getByRole('button', { name: 'Undo' }).press('Enter')
    await shown(toast(page).getByText('is open again'))
    await expect.poll(() => focused(grid)).toBe(true)
    // A question that has no name to propose begins with the field for it.
    await page.getByText('Saved views', { exact: true }).click()
    await page.getByRole('button', { name: 'Save this view…' }).press('Enter')
    const name = page.getByRole('textbox', { name: 'Name of the view' })
    await shown(name)
    await expect.poll(() => focused(name)).toBe(true)
    await page.keyboard.press('Escape')
    await gone(page.getByRole('dialog'))
  })

  test('an entitlement is left out, the effect is shown at once, is in the address and survives a reload', async () => {
    const { page } = await open()
    const candidates = await openOnes()
    const { id = '' } =
      candidates.find(({ entitlementCount, gainCount }) => entitlementCount > 2 && gainCount > 0) ?? {}
    const candidate = await inbox.getInboxCandidate({ candidateId: id })
    const least = candidate.entitlements.at(-1)
    await page.goto(`${platform.baseUrl}/candidates/${id}`)
    await untick(page.getByRole('checkbox', { name: `Give ${least?.displayName}`, exact: true }))
    const gains = candidate.gainCount - (candidate.peopleCount - (least?.holderCount ?? 0))
    const effect = page
      .getByText(new RegExp(`1 entitlement is left out by you\\..*(${gains} gains?|nobody gains)`))
      .first()
    await shown(effect)
    await page.reload()
    await shown(effect)
    await page.keyboard.press('a')
    await page.getByRole('textbox', { name: 'Name of the access profile' }).fill(harmfulName)
    await page.getByRole('button', { name: 'Accept', exact: true }).click()
    await shown(toast(page).getByText('Accepted'))
    const { accessProfileId } = await inbox.getInboxCandidate({ candidateId: id })
    const rows = await platform.db.owner.sql<{ name: string; count: number }[]>`
      select display_name as name, (select count(*)::integer from access_profile_entitlements where profile_id = id) as count
      from access_profiles where id = ${accessProfileId}`
    expect([...rows]).toEqual([{ name: harmfulName, count: candidate.entitlementCount - 1 }])
    await toast(page).getByRole('button', { name: 'Undo' }).click()
    await shown(toast(page).getByText('is open again'))
  })

  test('gains are listed by person, most affected first', async () => {
    const { page } = await open()
    const [{ id = '' } = {}] = (await openOnes()).toSorted((a, b) => b.gainCount - a.gainCount)
    const { people } = await inbox.listInboxPeople({ candidateId: id, pageSize: 1 })
    await page.goto(`${platform.baseUrl}/candidates/${id}`)
    await page.getByRole('link', { name: 'People' }).click()
    const row = page.getByRole('row').nth(1)
    await shown(row.getByText(people[0]?.displayName ?? ''))
    await expect.poll(() => row.textContent()).toContain(`+${people[0]?.gainCount}`)
  })

  test('gains and losses are counted by person, for adding a candidate and for replacing single grants', async () => {
    const { page } = await open()
    const [{ id = '' } = {}] = (await openOnes()).toSorted((a, b) => b.gainCount - a.gainCount)
    await page.goto(`${platform.baseUrl}/candidates/${id}`)
    await shown(page.getByRole('heading', { level: 1 }))
    await page.getByRole('link', { name: 'Impact' }).click()
    for (const [name, mode] of [
      ['It is added to what they hold', ImpactMode.ADD],
      ['It replaces single grants', ImpactMode.REPLACE],
    ] as const) {
      await tick(page.getByRole('radio', { name }))
      const counted = await impacts.computeImpact({
        candidate: { source: { case: 'suggestionId', value: id } },
        settings: { mode },
        pageSize: 1,
      })
      const { gains, losses, gainingPeople, losingPeople, identities } = counted
      const lost = losingPeople === 0 ? 'nobody loses anything' : `${losingPeople} .* ${losses?.count} things?`
      await shown(page.getByText(new RegExp(`${gainingPeople} .* ${gains?.count} things?; ${lost}`)))
      const row = page.getByRole('grid', { name: 'Who gains or loses' }).getByRole('row').nth(1)
      await shown(row.getByText(identities[0]?.displayName ?? ''))
      await expect.poll(() => row.textContent()).toContain(`+${identities[0]?.gainCount}`)
    }
    await expect.poll(() => new URL(page.url()).search).toContain('mode=replace')
    const current = page.getByRole('navigation', { name: 'Parts of the candidate' }).locator('[aria-current=page]')
    await expect.poll(() => current.allTextContents()).toEqual(['Impact'])
  })

  test('links lead from an accepted candidate to its profile, to a member, and to the access of this person', async () => {
    const { page } = await open()
    await goToScreen(page, 'Profiles')
    await shown(page.getByText('There is no access profile yet'))
    const [{ id = '', displayName = '', peopleCount = 0 } = {}] = await openOnes()
    const accessProfileId = await acceptedProfile(id)
    await page.goto(`${platform.baseUrl}/candidates/${id}`)
    await page.getByRole('link', { name: 'Show its access profile' }).click()
    await shown(page.getByRole('heading', { name: displayName, level: 1 }))
    await expect.poll(() => page.url()).toContain(accessProfileId)
    await shown(page.getByText(new RegExp(`^${peopleCount} members, .* Its rule decides`)))
    const member = page.getByRole('grid', { name: 'Members' }).getByRole('link').first()
    const name = (await member.textContent()) ?? ''
    await member.click()
    await shown(page.getByRole('heading', { name, level: 1 }))
    const grid = page.getByRole('grid', { name: 'What they have' })
    await shown(grid)
    const identityId = decodeURIComponent(page.url().split('/').at(-1) ?? '')
    const [held] = await platform.db.owner.sql<{ count: number }[]>`
      select count(*)::integer as count from grants g join identities i on i.tenant_id = g.tenant_id and i.key = g.identity_key
      where i.id = ${identityId}`
    await shown(page.getByText(`${held?.count} entitlements, none of them only through groups`))
    const access = grid.getByRole('link').first()
    const accessName = (await access.textContent()) ?? ''
    await access.click()
    await shown(page.getByRole('heading', { name: accessName, level: 1 }))
    const [holding] = await platform.db.owner.sql<{ count: number }[]>`
      select count(*)::integer as count from grants g
      join entitlements e on e.tenant_id = g.tenant_id and e.key = g.entitlement_key
      join identities i on i.tenant_id = g.tenant_id and i.key = g.identity_key
      where e.display_name = ${accessName} and i.status = 'enabled' and i.type = 'human'`
    await shown(page.getByText(new RegExp(`^${holding?.count} of \\d+ .*people hold it`)))
    await shown(page.getByRole('grid', { name: 'People' }))
    await page.goBack()
    await shown(page.getByRole('heading', { name, level: 1 }))
    await page.goBack()
    await shown(page.getByRole('heading', { name: displayName, level: 1 }))
    await inbox.undoDecision({ candidateId: id })
    await page.goto(`${platform.baseUrl}/access-profiles/${accessProfileId}`)
    await shown(page.getByText('There is no such access profile'))
    await page.goto(`${platform.baseUrl}/people/nobody%2Fat%20all`)
    await shown(page.getByText('Nobody has this id'))
  })

  test('names are only text: HTML has no effect, right-to-left names stay in their place, 256 letters wrap', async () => {
    const { page } = await open()
    for (const name of [harmfulName, rightToLeftName]) {
      const { candidates } = await inbox.listInboxCandidates({ text: name.slice(0, 12), pageSize: 1 })
      const [{ id = '', displayName = '' } = {}] = candidates
      expect(displayName).toContain(name)
      await page.goto(`${platform.baseUrl}/candidates/${id}?tab=about`)
      await shown(page.getByRole('heading', { name: displayName, level: 1 }))
    }
    for (const name of [harmfulName, rightToLeftName]) {
      await page.goto(`${platform.baseUrl}/explore?who=${encodeURIComponent(`department:${name}`)}`)
      await shown(page.getByText(`department: ${name}`, { exact: true }))
      await shown(page.getByText(/^\d+ people\. .* chosen entitlements/))
    }
    const [named] = await platform.db.owner.sql<{ id: string }[]>`
      select s.id from role_mining_suggestions s, jsonb_array_elements(s.entitlements) one join entitlements e
        on e.key = (one ->> 'key')::integer where e.display_name = ${longName} limit 1`
    await page.setViewportSize({ width: 320, height: 800 })
    await page.goto(`${platform.baseUrl}/candidates/${named?.id}`)
    await shown(page.getByText(longName))
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    expect(await page.title()).not.toBe('harmed')
    expect(complaintsOf(page)).toEqual([])
  })

  test('a candidate that another user has decided on is not decided again, and the page says so', async () => {
    const { page } = await open()
    const [{ id = '', etag = '', displayName = '' } = {}] = await openOnes()
    await page.goto(`${platform.baseUrl}/candidates/${id}`)
    await shown(page.getByRole('button', { name: 'Dismiss' }))
    await inbox.batchDecide({ decisions: [{ candidateId: id, etag, outcome: { case: 'accept', value: {} } }] })
    await page.getByRole('button', { name: 'Dismiss…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss', exact: true }).click()
    await shown(toast(page).getByText(`"${displayName}" has changed since it was read: it was accepted now`))
    expect(await stateOf(id)).toBe(InboxState.ACCEPTED)
    await page.goto(`${platform.baseUrl}/candidates/${id}`)
    await page.getByRole('button', { name: 'Take the acceptance back' }).click()
    await shown(toast(page).getByText('is open again'))
    await shown(page.getByRole('button', { name: 'Accept…' }))
  })

  test('the page stays when its session ends, and continues with the next session', async () => {
    const { context, page, link } = await open()
    await goToCandidates(page)
    await tick(page.getByRole('checkbox').first())
    const other = await context.newPage()
    await other.goto(platform.baseUrl)
    await other.getByRole('button', { name: 'Sign out' }).click()
    await shown(other.getByRole('heading', { name: 'You are not signed in' }))
    await page.getByRole('searchbox').fill('core')
    await shown(page.getByText('Your session has ended'))
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('core')
    await page.getByRole('searchbox').fill('')
    await other.goto(await link())
    await other.getByRole('button', { name: 'Sign in' }).click()
    await shown(other.getByRole('heading', { name: 'Start', level: 1 }))
    await page.getByRole('button', { name: 'I have signed in' }).click()
    await shown(page.getByText(/candidates? marked/))
    await gone(page.getByText('Your session has ended'))
  })

  test('a lost connection is shown in a line, which disappears when the connection is back', async () => {
    const { page } = await open()
    await goToCandidates(page)
    await page.route('**/assay.*/**', (route) => route.abort())
    await page.getByRole('searchbox').fill('core')
    await shown(page.getByText(/^No connection since \d\d:\d\d/))
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('core')
    await page.unroute('**/assay.*/**')
    await page.getByRole('button', { name: 'Try again' }).first().click()
    await shown(page.getByText(/found by "core"/))
    await gone(page.getByText(/^No connection/))
  })

  test('a user who may not decide sees no action that the services would refuse', async () => {
    const { page } = await open('auditor')
    const [candidate] = await openOnes()
    await page.goto(`${platform.baseUrl}/candidates/${candidate?.id}`)
    await shown(page.getByText('this needs the right to decide'))
    // The last key is of everybody, and shows that those before it did nothing.
    for (const key of ['a', 'd', 'm']) await page.keyboard.press(key)
    await expect.poll(() => new URL(page.url()).searchParams.get('tab')).toBe('impact')
    await gone(page.getByRole('dialog'))
    await gone(page.getByRole('button', { name: /^(Accept|Dismiss)/ }))
    expect(await stateOf(candidate?.id ?? '')).toBe(InboxState.OPEN)
  })

  test('letter keys can be switched off, and the page of keys names every key', async () => {
    const { page } = await open()
    await page.keyboard.press('?')
    for (const { key } of keyGroups.flatMap(({ keys }) => keys)) await shown(page.getByText(key, { exact: true }))
    await untick(page.getByRole('checkbox', { name: /Single letters/ }))
    await goToCandidates(page)
    const grid = page.getByRole('grid')
    await grid.focus()
    const active = () => grid.getAttribute('aria-activedescendant')
    await expect.poll(active).not.toBeNull()
    const first = await active()
    for (const key of ['j', 'x', 'd', '?', 'u']) await page.keyboard.press(key)
    expect(await active()).toBe(first)
    // The arrow works, and shows that the letters before it did nothing.
    await page.keyboard.press('ArrowDown')
    await expect.poll(active).not.toBe(first)
    await gone(page.getByText(/marked/))
    expect(new URL(page.url()).pathname).toBe('/candidates')
  })

  test('another site that a signed-in user visits can read and change nothing', async () => {
    const { context, page } = await open('admin')
    const [candidate] = await openOnes()
    const call = `${platform.baseUrl}/candidates/v1/inbox:decide`
    const body = JSON.stringify({ decisions: [{ candidateId: candidate?.id, dismiss: {} }] })
    const evil = http.createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end(`<!doctype html><title>evil</title>
        <iframe name="target"></iframe><img src="${platform.baseUrl}/candidates/v1/inbox">
        <link rel="prefetch" href="${platform.baseUrl}/candidates/v1/inbox">
        <form id="form" method="post" enctype="text/plain" target="target" action="${call}">
        <input name='${body.slice(0, -1)},"x":"' value='"}'></form>`),
    )
    await new Promise<void>((listening) => evil.listen(0, '127.0.0.1', listening))
    try {
      const visited = await context.newPage()
      let sent = 0
      visited.on('request', (request) => {
        if (request.url().startsWith(platform.baseUrl)) sent++
      })
      const answers: number[] = []
      visited.on('response', (response) => {
        if (response.url().startsWith(platform.baseUrl)) answers.push(response.status())
      })
      await visited.goto(`http://localhost:${(evil.address() as AddressInfo).port}`)
      await visited.evaluate('document.forms[0].submit()')
      const tried = await visited.evaluate(
        async ([address, text]) => {
          const attempts: RequestInit[] = [
            { method: 'POST', mode: 'no-cors', credentials: 'include', body: text },
            { method: 'POST', credentials: 'include', headers: { 'x-assay-console': '1' }, body: text },
            { credentials: 'include', headers: { 'x-assay-console': '1' } },
          ]
          return await Promise.all(
            attempts.map((init) =>
              fetch(address, init).then(
                ({ type }) => type,
                () => 'refused',
              ),
            ),
          )
        },
        [call, body] as const,
      )
      expect(tried).toEqual(['refused', 'refused', 'refused'])
      await expect.poll(() => [sent >= 5, answers.length >= 1]).toEqual([true, true])
      expect(answers.filter((status) => status < 400)).toEqual([])
    } finally {
      evil.close()
    }
    expect(await stateOf(candidate?.id ?? '')).toBe(InboxState.OPEN)
    await page.reload()
    await shown(page.getByRole('heading', { name: 'Start', level: 1 }))
  })

  testCoverageAndChanges(underTest)

  bringDataTests(() => ({ browser: browser as Browser, platform }))
})
