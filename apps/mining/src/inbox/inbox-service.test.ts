import { randomUUID } from 'node:crypto'
import {
  InboxBand,
  type InboxCandidate,
  InboxKind,
  InboxOrder,
  InboxPeopleFilter,
  InboxService,
  InboxState,
} from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { DismissalReason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { Code } from '@assay/contracts/google/rpc/code_pb'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profileService } from '../profiles/profile-service.ts'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { inboxService } from './inbox-service.ts'

const organisation = generateOrganisation({ seed: 5, identityCount: 400 })
const files = Object.fromEntries(toCsv(organisation).map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
const grants = [...organisation.grants]
const missing = '00000000-0000-4000-8000-000000000000'

let running: TestService
let tenant: number
let client: Client<typeof InboxService>
let stranger: Client<typeof InboxService>
let profiles: Client<typeof ProfileService>
let all: readonly InboxCandidate[]

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(InboxService, inboxService(service))
    router.service(ProfileService, profileService(service))
  })
  tenant = await running.database.tenantId('tenant')
  await importFiles(running.database.database.sql, tenant, files)
  await analyse(running.database.database.sql, tenant)
  client = running.client(InboxService, tenant, 'reviewer')
  stranger = running.client(InboxService, await running.database.tenantId('stranger'))
  profiles = running.client(ProfileService, tenant)
  all = (await client.listInboxCandidates({ pageSize: 100 })).candidates
})
afterAll(() => running?.stop())

const idsOf = (candidates: readonly { readonly id: string }[]) => candidates.map(({ id }) => id)
const get = (candidateId: string) => client.getInboxCandidate({ candidateId })

async function everyPage(request: Parameters<typeof client.listInboxCandidates>[0], pageSize: number) {
  const ids: string[] = []
  let pageToken = ''
  do {
    const page = await client.listInboxCandidates({ ...request, pageSize, pageToken })
    ids.push(...idsOf(page.candidates))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  return ids
}

/** A candidate that no other test uses. */
let taken = 0
async function fresh(): Promise<InboxCandidate> {
  const { candidates } = await client.listInboxCandidates({ states: [InboxState.OPEN], pageSize: 100 })
  const candidate = candidates[++taken]
  if (candidate === undefined) throw new Error('too few candidates for these tests')
  return get(candidate.id)
}

const stateOf = async (id: string) => (await get(id)).state
const accept = ({ id: candidateId, etag }: InboxCandidate, value = {}) =>
  client.batchDecide({ decisions: [{ candidateId, etag, outcome: { case: 'accept', value } }] })
const dismiss = ({ id: candidateId, etag }: InboxCandidate) =>
  client.batchDecide({ decisions: [{ candidateId, etag, outcome: { case: 'dismiss', value: {} } }] })
const acceptedOf = ({ results: [result] }: Awaited<ReturnType<typeof accept>>) => {
  if (result?.outcome.case !== 'candidate') throw new Error(JSON.stringify(result?.outcome.value))
  return result.outcome.value
}

test('there are candidates to decide about, each with gains that count what its entitlements say', async () => {
  expect(all.length).toBeGreaterThan(20)
  for (const { id, gainCount, riskyGainCount, entitlementCount, peopleCount } of all.slice(0, 20)) {
    const { entitlements } = await get(id)
    expect(entitlements).toHaveLength(entitlementCount)
    const lacking = (one: (typeof entitlements)[number]) => peopleCount - one.holderCount
    expect(gainCount).toBe(entitlements.reduce((sum, one) => sum + lacking(one), 0))
    const risky = entitlements.filter(({ riskLevel }) => ['high', 'critical'].includes(riskLevel.toLowerCase()))
    expect(riskyGainCount).toBe(risky.reduce((sum, one) => sum + lacking(one), 0))
  }
})

const twinOf: Readonly<Record<number, (candidate: InboxCandidate) => number | string>> = {
  [InboxOrder.UNSPECIFIED]: ({ confidence }) => -confidence,
  [InboxOrder.CONFIDENCE]: ({ confidence }) => -confidence,
  [InboxOrder.FEWEST_GAINS]: ({ gainCount }) => gainCount,
  [InboxOrder.MOST_PEOPLE]: ({ peopleCount }) => -peopleCount,
  [InboxOrder.MOST_ENTITLEMENTS]: ({ entitlementCount }) => -entitlementCount,
  [InboxOrder.NAME]: ({ displayName }) => displayName.toLowerCase(),
}

test.each(Object.keys(twinOf).map(Number))(
  'the order %i is that of plain comparison, over pages of any size',
  async (order) => {
    const value = twinOf[order]!
    const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)
    const expected = all.toSorted((a, b) => compare(value(a), value(b)) || compare(a.id, b.id))
    expect(await everyPage({ order }, 100)).toEqual(idsOf(expected))
    expect(await everyPage({ order }, 7)).toEqual(idsOf(expected))
  },
)

test('a text finds names and values by parts of words, and the counts say what there is', async () => {
  const { candidates, totalCount, stateCounts } = await client.listInboxCandidates({ text: 'ENGIN', pageSize: 100 })
  const holds = ({ displayName, description, conditions }: InboxCandidate) =>
    JSON.stringify([displayName, description, conditions.map(({ values }) => values)])
      .toLowerCase()
      .includes('engin')
  expect(idsOf(candidates).toSorted()).toEqual(idsOf(all.filter(holds)).toSorted())
  expect(totalCount).toBe(candidates.length)
  expect(stateCounts.reduce((sum, { count }) => sum + count, 0)).toBe(totalCount)
})

test('the people of a candidate and what they lack are those of plain loops over the files', async () => {
  const { id, entitlements } = await get(all.toSorted((a, b) => b.gainCount - a.gainCount)[0]?.id ?? '')
  const held = new Set(grants.map(({ identityId, entitlementId }) => [identityId, entitlementId].join()))
  const lacking = (identityId: string) =>
    entitlements.filter((one) => !held.has([identityId, one.entitlementId].join())).length
  const people = []
  let pageToken = ''
  do {
    const page = await client.listInboxPeople({ candidateId: id, pageSize: 9, pageToken })
    people.push(...page.people)
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect(people.length).toBe((await get(id)).peopleCount)
  for (const { identityId, gainCount } of people) expect(gainCount, identityId).toBe(lacking(identityId))
  const gains = people.map(({ gainCount }) => gainCount)
  expect(gains).toEqual(gains.toSorted((a, b) => b - a))
  expect(gains.reduce((sum, gain) => sum + gain, 0)).toBe((await get(id)).gainCount)
  const count = async (filter: InboxPeopleFilter) =>
    (await client.listInboxPeople({ candidateId: id, filter })).totalCount
  expect(await count(InboxPeopleFilter.GAINS)).toBe(gains.filter((gain) => gain > 0).length)
  expect(await count(InboxPeopleFilter.UNCHANGED)).toBe(gains.filter((gain) => gain === 0).length)
})

test('an acceptance makes a profile with the name and without what was left out, and undo takes it away again', async () => {
  const candidate = await fresh()
  const { applicationId, entitlementId } = candidate.entitlements[0]!
  const decided = acceptedOf(
    await accept(candidate, { displayName: 'Anna’s role', leftOut: [{ applicationId, entitlementId }] }),
  )
  expect(decided.state).toBe(InboxState.ACCEPTED)
  const profile = await profiles.getAccessProfile({ accessProfileId: decided.accessProfileId })
  expect(profile).toMatchObject({
    displayName: 'Anna’s role',
    // Its figures are those of the whole suggestion.
    description: `As suggested: ${candidate.description}`,
    automationEnabled: true,
    entitlementCount: candidate.entitlementCount - 1,
    memberCount: candidate.peopleCount,
  })
  // A reader does not wait for an evaluation of rules, which locks profiles against deletion.
  await running.database.owner.sql.begin(async (sql) => {
    await sql`select from assay.access_profiles where id = ${profile.id} for key share`
    expect((await get(candidate.id)).undoObstacle).toBe('')
  })
  const open = await client.undoDecision({ candidateId: candidate.id, etag: decided.etag })
  expect([open.state, open.accessProfileId, open.etag]).toEqual([InboxState.OPEN, '', candidate.etag])
  expect(await failureOf(profiles.getAccessProfile({ accessProfileId: profile.id }))).toContain('NotFound')
})

test('a profile that somebody changed is not taken back, and the candidate says so before', async () => {
  const candidate = await fresh()
  const { accessProfileId } = acceptedOf(await accept(candidate))
  await profiles.updateAccessProfile({
    accessProfile: { id: accessProfileId, description: 'Changed' },
    updateMask: { paths: ['description'] },
  })
  expect((await get(candidate.id)).undoObstacle).toContain('changed')
  expect(await failureOf(client.undoDecision({ candidateId: candidate.id }))).toMatch(/^FailedPrecondition: .*changed/)
  expect(await stateOf(candidate.id)).toBe(InboxState.ACCEPTED)
  expect((await profiles.getAccessProfile({ accessProfileId })).description).toBe('Changed')
})

test('a dismissal can be taken back, and taking back what is open changes nothing', async () => {
  const candidate = await fresh()
  const { etag, state } = acceptedOf(await dismiss(candidate))
  expect(state).toBe(InboxState.DISMISSED)
  expect((await client.undoDecision({ candidateId: candidate.id, etag })).state).toBe(InboxState.OPEN)
  expect(await client.undoDecision({ candidateId: candidate.id })).toMatchObject({ etag: candidate.etag })
})

test('why a candidate is dismissed is told by its dismissal, and a reason that is none is refused', async () => {
  const candidate = await fresh()
  const because = (reason: number, comment = '') =>
    client.batchDecide({
      decisions: [{ candidateId: candidate.id, outcome: { case: 'dismiss', value: { reason, comment } } }],
    })
  expect(await failureOf(because(99))).toContain('99 is no reason')
  expect((await because(DismissalReason.TOO_BROAD, 'x'.repeat(4_097))).results[0]?.outcome.value).toMatchObject({
    code: Code.INVALID_ARGUMENT,
  })
  expect(await stateOf(candidate.id)).toBe(InboxState.OPEN)
  await because(DismissalReason.TOO_BROAD, 'Too many of them')
  const rows = await running.database.owner.sql`
    select reason from suggestion_dismissals where suggestion_id = ${candidate.id}`
  expect([...rows]).toEqual([{ reason: 'too_broad' }])
})

test('of many decisions, those that cannot be made say why and keep the others from nothing', async () => {
  const [first, second, third, fourth] = [await fresh(), await fresh(), await fresh(), await fresh()]
  await dismiss(second)
  const { results } = await client.batchDecide({
    decisions: [
      { candidateId: first.id, etag: first.etag, outcome: { case: 'dismiss', value: {} } },
      { candidateId: second.id, etag: second.etag, outcome: { case: 'accept', value: {} } },
      { candidateId: missing, outcome: { case: 'dismiss', value: {} } },
      { candidateId: third.id, outcome: { case: 'accept', value: { displayName: 'x'.repeat(257) } } },
      {
        candidateId: fourth.id,
        outcome: { case: 'accept', value: { leftOut: [{ applicationId: 'no', entitlementId: 'such' }] } },
      },
    ],
  })
  const told = results.map(({ outcome }) =>
    outcome.case === 'error' ? `${Code[outcome.value.code]} ${outcome.value.reason}`.trim() : outcome.value?.state,
  )
  expect(told).toEqual([
    InboxState.DISMISSED,
    'ABORTED ETAG_MISMATCH',
    'NOT_FOUND',
    'INVALID_ARGUMENT',
    'INVALID_ARGUMENT',
  ])
  expect([await stateOf(third.id), await stateOf(fourth.id)]).toEqual([InboxState.OPEN, InboxState.OPEN])
})

test('an acceptance of which nothing is left is refused', async () => {
  const candidate = await fresh()
  const { results } = await accept(candidate, { leftOut: candidate.entitlements })
  expect(results[0]?.outcome.value).toMatchObject({ code: Code.FAILED_PRECONDITION })
  expect(await stateOf(candidate.id)).toBe(InboxState.OPEN)
})

test('two who accept at once make one profile', async () => {
  const candidate = await fresh()
  const both = await Promise.all([accept(candidate), accept(candidate)])
  const cases = both.map(({ results }) => results[0]?.outcome.case)
  expect(cases.toSorted()).toEqual(['candidate', 'error'])
})

test.each([
  [[], 'must have 1 to 100 decisions, it has 0'],
  [Array.from({ length: 101 }, () => ({ candidateId: missing })), 'it has 101'],
  [[{ candidateId: missing }], 'decisions[0]: must have accept or dismiss'],
  [
    [missing, missing].map((candidateId) => ({ candidateId, outcome: { case: 'dismiss' as const, value: {} } })),
    'is named twice',
  ],
])('a batch that cannot be meant is refused as a whole: %#', async (decisions, message) => {
  expect(await failureOf(client.batchDecide({ decisions }))).toContain(message)
})

test.each([
  [{ states: [InboxState.UNSPECIFIED] }, 'states[0]'],
  [{ order: 99 as InboxOrder }, 'order'],
  [{ text: 'x'.repeat(257) }, 'text'],
  [{ pageSize: -1 }, 'page_size'],
  [{ pageToken: 'x' }, 'page_token'],
])('a list that is asked for wrongly names the field: %j', async (request, field) => {
  expect(await failureOf(client.listInboxCandidates(request))).toMatch(
    new RegExp(`^InvalidArgument: ${RegExp.escape(field)}`),
  )
})

test('another tenant finds, decides and takes back nothing', async () => {
  const [candidate] = all
  const candidateId = candidate?.id ?? ''
  expect((await stranger.listInboxCandidates({})).totalCount).toBe(0)
  expect(await failureOf(stranger.getInboxCandidate({ candidateId }))).toContain('NotFound')
  expect(await failureOf(stranger.listInboxPeople({ candidateId }))).toContain('NotFound')
  expect(await failureOf(stranger.undoDecision({ candidateId }))).toContain('NotFound')
  const { results } = await stranger.batchDecide({
    decisions: [{ candidateId, outcome: { case: 'dismiss', value: {} } }],
  })
  expect(results[0]?.outcome.value).toMatchObject({ code: Code.NOT_FOUND })
  expect(await stateOf(candidateId)).toBe(InboxState.OPEN)
})

// From here on the list also contains potential roles of a session, which the test inserts by SQL.
describe('potential roles', () => {
  let roles: InboxCandidate[]
  /** Keys of the people of the session's potential roles. */
  let people: number[]
  let disabled: number
  let keys: number[]

  beforeAll(async () => {
    const { sql } = running.database.owner
    people = await keysOf(
      sql`select key from identities where tenant_id = ${tenant} and status = 'enabled' order by key`,
    )
    const [off = 0] = await keysOf(sql`select key from identities where tenant_id = ${tenant} and status = 'disabled'`)
    disabled = off
    keys = await keysOf(sql`select key from entitlements where tenant_id = ${tenant} order by key limit 8`)
    const session = randomUUID()
    await sql`
      insert into mining_sessions (tenant_id, id, name, type, scoping_method, scope, min_identities, state)
      values (${tenant}, ${session}, 'Sales by access', 'SPECIALIZED', 'MANUAL', '{}', 2, 'POTENTIAL_ROLES_CREATED')`
    for (const [place, { name, count, density, quality }] of [
      { name: 'Ämter', count: 12, density: 85, quality: 90 },
      { name: null, count: 7, density: 50, quality: 61 },
      { name: 'zebra', count: 30, density: 49, quality: 61 },
      { name: '🦓 last', count: 3, density: 100, quality: 100 },
      { name: 'Pending', count: 4, density: 80, quality: 20 },
    ].entries())
      await sql`
        insert into potential_roles (tenant_id, id, session_id, calculation, name, identity_keys, entitlement_keys,
          granted_counts, organisation_counts, excluded_entitlement_keys, organisation_size, identity_count,
          entitlement_count, density, freshness, quality, identity_distribution, provision_state, explanation)
        values (${tenant}, ${randomUUID()}, ${session}, 1, ${name}, ${[disabled, ...people.slice(0, count - 1)]},
          ${keys.slice(0, 3 + place)}, ${Array.from({ length: 3 + place }, (_, at) => Math.max(0, count - at))},
          ${keys.slice(0, 3 + place)}, ${keys.slice(2, 3)}, 400, ${count}, ${2 + place}, ${density}, 100, ${quality}, '[]',
          ${name === 'Pending' ? 'PENDING' : 'POTENTIAL'},
          ${sql.json({ filters: [{ attribute: 'department', values: ['Salesfolk'] }], precision: 1, recall: 0.5 })})`
    roles = (await client.listInboxCandidates({ kinds: [InboxKind.POTENTIAL_ROLE], pageSize: 100 })).candidates
    all = (await client.listInboxCandidates({ pageSize: 100 })).candidates
  })

  const keysOf = async (asked: PromiseLike<readonly { key?: number }[]>) => (await asked).map(({ key = 0 }) => key)
  const byName = (name: string) => roles.find(({ displayName }) => displayName.startsWith(name)) as InboxCandidate

  test.each(Object.keys(twinOf).map(Number))(
    'stand among suggestions in the order %i, over pages of any size',
    async (order) => {
      const value = twinOf[order]!
      const compare = (a: string | number, b: string | number) =>
        typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(String(b))) : a - Number(b)
      const expected = all.toSorted((a, b) => compare(value(a), value(b)) || (a.id < b.id ? -1 : 1))
      expect(idsOf(all).filter((id) => idsOf(roles).includes(id))).toHaveLength(5)
      expect(await everyPage({ order }, 100)).toEqual(idsOf(expected))
      expect(await everyPage({ order }, 3)).toEqual(idsOf(expected))
    },
  )

  test('are counted by kind, state and band as plain loops count them, each facet within the other filters', async () => {
    const bandOf = ({ averageCoverage: share }: InboxCandidate) =>
      share >= 0.8 ? InboxBand.MOST : share >= 0.5 ? InboxBand.MANY : InboxBand.FEW
    const count = (found: readonly InboxCandidate[], of: (one: InboxCandidate) => number) =>
      Object.fromEntries(
        Object.entries(Object.groupBy(found, of)).map(([value, ones]) => [Number(value), ones?.length]),
      )
    const states = [InboxState.OPEN, InboxState.ACCEPTED]
    const bands = [InboxBand.MOST, InboxBand.FEW]
    const kinds = [InboxKind.POTENTIAL_ROLE]
    const inStates = (one: InboxCandidate) => states.includes(one.state)
    const inBands = (one: InboxCandidate) => bands.includes(bandOf(one))
    const inKinds = (one: InboxCandidate) => kinds.includes(one.kind)
    const page = await client.listInboxCandidates({ states, bands, kinds, pageSize: 100 })
    const pairs = (counts: readonly { count: number }[], key: 'state' | 'kind' | 'band') =>
      Object.fromEntries(counts.map((one) => [(one as unknown as Record<string, number>)[key], one.count]))
    expect(idsOf(page.candidates)).toEqual(idsOf(all.filter((one) => inStates(one) && inBands(one) && inKinds(one))))
    expect(page.totalCount).toBe(page.candidates.length)
    expect(pairs(page.stateCounts, 'state')).toEqual(
      count(
        all.filter((one) => inBands(one) && inKinds(one)),
        ({ state }) => state,
      ),
    )
    expect(pairs(page.kindCounts, 'kind')).toEqual(
      count(
        all.filter((one) => inStates(one) && inBands(one)),
        ({ kind }) => kind,
      ),
    )
    expect(pairs(page.bandCounts, 'band')).toEqual(
      count(
        all.filter((one) => inStates(one) && inKinds(one)),
        bandOf,
      ),
    )
  })

  test('are found by the name of their session and by values of the nearest rule, and leave excluded entitlements out', async () => {
    const { candidates } = await client.listInboxCandidates({ text: 'SALESFOLK by access', pageSize: 100 })
    expect(idsOf(candidates).toSorted()).toEqual(idsOf(roles).toSorted())
    const { entitlements, entitlementCount, gainCount, peopleCount, peopleWithAllCount, sessionDisplayName } =
      await get(byName('Ämter').id)
    expect([entitlements.length, entitlementCount, peopleWithAllCount]).toEqual([2, 2, undefined])
    expect(sessionDisplayName).toBe('Sales by access')
    expect(gainCount).toBe(entitlements.reduce((sum, { holderCount }) => sum + peopleCount - holderCount, 0))
  })

  test('are accepted with those who are enabled, without a rule, and taken back', async () => {
    const role = byName('zebra')
    const { entitlements } = await get(role.id)
    const { applicationId, entitlementId } = entitlements[0]!
    const decided = acceptedOf(await accept(role, { leftOut: [{ applicationId, entitlementId }] }))
    expect(decided.state).toBe(InboxState.ACCEPTED)
    expect(await profiles.getAccessProfile({ accessProfileId: decided.accessProfileId })).toMatchObject({
      displayName: 'zebra',
      automationEnabled: false,
      memberCount: role.peopleCount - 1,
      entitlementCount: role.entitlementCount - 1,
    })
    const listed = await client.listInboxPeople({ candidateId: role.id, pageSize: 100 })
    expect(listed.totalCount).toBe(role.peopleCount - 1)
    expect((await accept(role)).results[0]?.outcome.value).toMatchObject({ code: Code.ABORTED })
    expect((await accept({ ...role, etag: '' })).results[0]?.outcome.value).toMatchObject({
      code: Code.FAILED_PRECONDITION,
    })
    const open = await client.undoDecision({ candidateId: role.id, etag: decided.etag })
    expect([open.state, open.accessProfileId, open.etag]).toEqual([InboxState.OPEN, '', role.etag])
    expect(await failureOf(profiles.getAccessProfile({ accessProfileId: decided.accessProfileId }))).toContain(
      'NotFound',
    )
  })

  test('are dismissed for a reason, with an entry in the ledger, and opened again', async () => {
    const role = byName('🦓')
    const value = { reason: DismissalReason.TOO_NARROW, comment: 'Three only' }
    const { results } = await client.batchDecide({
      decisions: [{ candidateId: role.id, outcome: { case: 'dismiss', value } }],
    })
    expect(results[0]?.outcome.value).toMatchObject({ state: InboxState.DISMISSED })
    const { sql } = running.database.owner
    const rows = await sql`select dismissal_reason as reason from potential_roles where id = ${role.id}`
    const entries = await sql`select kind from ledger_entries where subject_id = ${role.id}`
    expect([...rows, ...entries]).toEqual([{ reason: 'too_narrow' }, { kind: 'role.dismiss' }])
    expect((await client.undoDecision({ candidateId: role.id })).state).toBe(InboxState.OPEN)
  })

  test('that are being provisioned are neither decided about nor opened', async () => {
    const { id: candidateId, state } = byName('Pending')
    expect(state).toBe(InboxState.ACCEPTED)
    expect(await failureOf(client.undoDecision({ candidateId }))).toContain('is being provisioned')
    for (const outcome of [{ case: 'accept', value: {} } as const, { case: 'dismiss', value: {} } as const]) {
      const { results } = await client.batchDecide({ decisions: [{ candidateId, outcome }] })
      expect(results[0]?.outcome.value).toMatchObject({ code: Code.FAILED_PRECONDITION })
    }
  })

  test('the roles of one session are listed by it, with counts of them alone', async () => {
    const { sessionId } = roles[0] ?? {}
    const page = await client.listInboxCandidates({ sessionId: sessionId ?? '', pageSize: 100 })
    const own = roles.filter((role) => role.sessionId === sessionId)
    expect(page.candidates.map(({ id }) => id).toSorted()).toEqual(own.map(({ id }) => id).toSorted())
    expect(page.totalCount).toBe(own.length)
    expect(page.kindCounts).toMatchObject([{ kind: InboxKind.POTENTIAL_ROLE, count: own.length }])
    const none = await client.listInboxCandidates({ sessionId: 'no session' })
    expect([none.candidates, none.totalCount]).toEqual([[], 0])
  })

  test('of another tenant are not there', async () => {
    const { id: candidateId } = roles[0]!
    expect((await stranger.listInboxCandidates({ kinds: [InboxKind.POTENTIAL_ROLE] })).totalCount).toBe(0)
    expect(await failureOf(stranger.getInboxCandidate({ candidateId }))).toContain('NotFound')
    expect(await failureOf(stranger.undoDecision({ candidateId }))).toContain('NotFound')
  })
})
