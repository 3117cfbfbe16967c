import type { MineCohortsResponse } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { miningService } from './mining-service.ts'
import { failureOf, importFiles, startTestService, type TestService } from './testing-service.ts'
import { CallPlaces } from './use-cases/call-places.ts'

const organisation = generateOrganisation({ seed: 1, identityCount: 300 })
const places = new CallPlaces(2)
let running: TestService
/** Tenants: one with the sample organisation, one with nothing, one whose analysis takes many minutes. */
let sample: number
let empty: number
let endless: number
let sampleImport: string

beforeAll(async () => {
  running = await startTestService((router, service) => router.service(MiningService, miningService(service, places)))
  const { database } = running
  sample = await database.tenantId('sample')
  empty = await database.tenantId('empty')
  endless = await database.tenantId('endless')
  const files = Object.fromEntries(toCsv(organisation).map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
  sampleImport = await importFiles(database.database.sql, sample, files)
  await importFiles(database.database.sql, endless, endlessFiles())
})

afterAll(() => running?.stop())

/** Twenty-four attributes that all group the identities differently, and nothing to learn from any of them. */
function endlessFiles() {
  const attributes = Array.from({ length: 24 }, (_, index) => `a${index}`)
  const identities = Array.from({ length: 3_000 }, (_, identity) => identity)
  const groupOf = (identity: number, attribute: number) =>
    (identity * 7919 * (attribute + 3) + attribute) % (11 + attribute)
  return {
    'identities.csv': [
      `id,${attributes.join(',')}`,
      ...identities.map((identity) =>
        [`u${identity}`, ...attributes.map((_, a) => `v${groupOf(identity, a)}`)].join(','),
      ),
    ].join('\n'),
    'grants.csv': [
      'identity_id,application_id,entitlement_id',
      ...identities.flatMap((identity) => [1, 2, 3, 4, 5].map((n) => `u${identity},app,e${(identity * n * 31) % 97}`)),
    ].join('\n'),
  }
}

async function eventsOf(stream: AsyncIterable<MineCohortsResponse>) {
  const events = { progress: 0, suggestions: [] as Suggestion[], summary: undefined as Summary | undefined }
  const order: string[] = []
  for await (const { event } of stream) {
    if (event.case === undefined) throw new Error('an empty event')
    if (order.at(-1) !== event.case) order.push(event.case)
    if (event.case === 'progress') events.progress++
    if (event.case === 'suggestion') events.suggestions.push(event.value)
    if (event.case === 'summary') events.summary = event.value
  }
  return { ...events, order: order.filter((name) => name !== 'progress') }
}

type Event = MineCohortsResponse['event']
type Suggestion = Extract<Event, { case: 'suggestion' }>['value']
type Summary = Extract<Event, { case: 'summary' }>['value']

test('a snapshot is described by the figures of its import', async () => {
  const { snapshot } = await running.client(MiningService, sample, 'auditor').describeSnapshot({})
  const enabledHumanCount = organisation.identities.filter(
    (one) => one.status === 'enabled' && one.type === 'human',
  ).length
  expect(snapshot).toMatchObject({
    importId: sampleImport,
    identityCount: 300,
    enabledHumanCount,
    applicationCount: organisation.applications.length,
    entitlementCount: organisation.entitlements.length,
    grantCount: [...organisation.grants].length,
  })
  expect(Number(snapshot?.commitTime?.seconds) * 1000).toBeGreaterThan(Date.now() - 600_000)
  const present = organisation.identities.filter((one) => one.status !== 'deleted')
  const distinct = (values: string[]) => new Set(values.filter((value) => value !== '')).size
  expect(Object.fromEntries(snapshot?.attributes.map(({ key, valueCount }) => [key, valueCount]) ?? [])).toEqual({
    cost_center: distinct(present.map((one) => one.attributes.cost_center)),
    department: distinct(present.map((one) => one.department)),
    directory_status: distinct(present.map((one) => one.status)),
    employment_status: distinct(present.map((one) => one.employmentStatus)),
    employment_type: distinct(present.map((one) => one.employmentType)),
    job_title: distinct(present.map((one) => one.jobTitle)),
    location: distinct(present.map((one) => one.attributes.location)),
    manager: distinct(present.map((one) => one.managerId)),
    project: distinct(present.map((one) => one.attributes.project)),
  })
  const keys = snapshot?.attributes.map(({ key }) => key)
  expect(keys).toEqual(keys?.toSorted())
})

test('the next import is described as soon as it is committed', async () => {
  const tenant = await running.database.tenantId('growing')
  const client = running.client(MiningService, tenant)
  const describeImport = async (people: string[]) => {
    const identities = ['id,department,status', ...people].join('\n')
    const grants = 'identity_id,application_id,entitlement_id\nu1,git,read\n'
    await importFiles(running.database.database.sql, tenant, { 'identities.csv': identities, 'grants.csv': grants })
    const { snapshot } = await client.describeSnapshot({})
    expect((await client.describeSnapshot({})).snapshot).toEqual(snapshot)
    const departments = snapshot?.attributes.find(({ key }) => key === 'department')?.valueCount
    return [snapshot?.identityCount, snapshot?.enabledHumanCount, departments]
  }
  expect(await describeImport(['u1,Sales,', 'u2,Engineering,disabled'])).toEqual([2, 1, 2])
  expect(await describeImport(['u1,Sales,', 'u3,,', 'u4,Sales,'])).toEqual([3, 3, 1])
})

test('a tenant without an import has no snapshot to describe, and none to mine', async () => {
  const client = running.client(MiningService, empty)
  expect((await client.describeSnapshot({})).snapshot).toBeUndefined()
  expect(await failureOf(eventsOf(client.mineCohorts({})))).toMatch(/^FailedPrecondition: There is no access data/)
})

test("mining gives suggestions in the customer's ids, the best first, and the summary last", async () => {
  const mined = await eventsOf(running.client(MiningService, sample, 'role-miner').mineCohorts({}))
  expect(mined.order).toEqual(['suggestion', 'summary'])
  expect(mined.suggestions.length).toBeGreaterThan(10)
  expect(mined.summary).toMatchObject({ importId: sampleImport, suggestionCount: mined.suggestions.length })
  expect(mined.summary?.rejected.length).toBeGreaterThan(0)
  const scores = mined.suggestions.map(({ score }) => score)
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  const known = new Map(organisation.entitlements.map(({ id, applicationId }) => [id, applicationId]))
  const common = mined.summary?.populations.flatMap(({ commonAccess }) => commonAccess) ?? []
  const named = [...mined.suggestions.flatMap(({ entitlements }) => entitlements), ...common]
  expect(common.length).toBeGreaterThan(0)
  for (const { entitlement } of named)
    expect(known.get(entitlement?.entitlementId ?? '')).toBe(entitlement?.applicationId)
  const found = organisation.plantedRoles.filter((role) => mined.suggestions.some((one) => isAlike(one, role)))
  expect(found.length).toBeGreaterThan(organisation.plantedRoles.length / 4)
})

function isAlike({ filters, entitlements }: Suggestion, role: (typeof organisation.plantedRoles)[number]) {
  const text = (filter: { attribute: string; values: readonly string[] }) =>
    `${filter.attribute}=${filter.values.join('|')}`
  const given = new Set(entitlements.map(({ entitlement }) => entitlement?.entitlementId ?? ''))
  const shared = role.entitlementIds.filter((id) => given.has(id)).length
  const isSameCohort = filters.map(text).toSorted().join() === role.filters.map(text).toSorted().join()
  return isSameCohort && shared / (given.size + role.entitlementIds.length - shared) >= 0.9
}

test('settings are followed', async () => {
  const client = running.client(MiningService, sample)
  const all = await eventsOf(client.mineCohorts({}))
  const [{ entitlements }] = all.suggestions
  const commonEntitlements = entitlements.slice(0, 1).map(({ entitlement }) => ({
    applicationId: entitlement?.applicationId ?? '',
    entitlementId: entitlement?.entitlementId ?? '',
  }))
  const few = await eventsOf(
    client.mineCohorts({ settings: { maxSuggestions: 3, populations: [1], commonEntitlements } }),
  )
  expect(few.suggestions).toHaveLength(3)
  expect(few.summary?.populations.map(({ population }) => population)).toEqual([1])
  const common = few.summary?.populations[0].commonAccess.map(({ entitlement }) => entitlement?.entitlementId)
  expect(common).toContain(commonEntitlements[0].entitlementId)
  expect(all.summary?.populations.map(({ population }) => population)).toEqual([1, 2])
})

test.each([
  [{ minCohortSize: 1 }, 'settings.min_cohort_size: must be a whole number from 2 to 100000, not 1'],
  [{ maxFilters: 0 }, 'settings.max_filters: must be a whole number from 1 to 4, not 0'],
  [{ minCoverage: 0.5 }, 'settings.min_coverage: must be more than 0.5 and at most 1, not 0.5'],
  [{ minCoverage: Number.NaN }, 'settings.min_coverage: must be more than 0.5 and at most 1, not NaN'],
  [{ minLift: 0 }, 'settings.min_lift: must be at least 1, not 0'],
  [{ maxSuggestions: -1 }, 'settings.max_suggestions: must be a whole number from 1 to 1000000, not -1'],
  [{ hints: [{ attribute: 'department', priority: 101 }] }, 'settings.hints[0].priority: must be 0 to 100, not 101'],
  [
    { hints: [{ attribute: 'shoe_size' }] },
    /^settings\.hints\[0]\.attribute: unknown attribute "shoe_size"; known are .*department/,
  ],
  [
    { ignoredAttributes: ['manager', 'Department'] },
    /^settings\.ignored_attributes\[1]: unknown attribute "Department"; known are /,
  ],
  [
    { commonEntitlements: [{ applicationId: 'no-app', entitlementId: 'x' }] },
    'settings.common_entitlements[0]: application "no-app" has no entitlement "x"',
  ],
  [{ populations: [0] }, 'settings.populations[0]: must be POPULATION_PEOPLE or POPULATION_MACHINES'],
])('%j is refused, naming the setting', async (settings, words) => {
  const failure = await failureOf(eventsOf(running.client(MiningService, sample).mineCohorts({ settings })))
  expect(failure).toMatch(/^InvalidArgument: /)
  const [text] = [failure.replace('InvalidArgument: ', '')]
  if (typeof words === 'string') expect(text).toBe(words)
  else expect(text).toMatch(words)
})

test('mining needs the right to mine, a description the right to read, and both a caller', async () => {
  for (const role of ['auditor', 'reviewer'] as const) {
    const refused = await failureOf(eventsOf(running.client(MiningService, sample, role).mineCohorts({})))
    expect(refused).toMatch(/^PermissionDenied: .*"mine"/)
  }
  const nobody = running.client(MiningService, sample, 'nobody')
  expect(await failureOf(nobody.describeSnapshot({}))).toMatch(/^Unauthenticated: /)
  expect(await failureOf(eventsOf(nobody.mineCohorts({})))).toMatch(/^Unauthenticated: /)
})

test('a caller who goes ends the analysis and gives the place back; until then progress comes four times a second', async () => {
  const leaving = new AbortController()
  const arrivals: number[] = []
  const calling = async () => {
    const settings = { maxFilters: 4, maxAttributes: 32 }
    const stream = running.client(MiningService, endless).mineCohorts({ settings }, { signal: leaving.signal })
    for await (const { event } of stream) {
      expect(event.case).toBe('progress')
      if (arrivals.push(performance.now()) === 4) {
        expect(places.taken).toBe(1)
        leaving.abort()
      }
    }
  }
  expect(await failureOf(calling())).toMatch(/^Canceled: /)
  // 200: the sending side keeps 250 ms, the receiving side may see two come closer together.
  for (const [index, at] of arrivals.entries()) if (index > 1) expect(at - arrivals[index - 2]).toBeGreaterThan(400)
  await expect.poll(() => places.taken, { timeout: 5_000 }).toBe(0)
})

test('a deadline ends the analysis as well', async () => {
  const settings = { maxFilters: 4, maxAttributes: 32 }
  const stream = running.client(MiningService, endless).mineCohorts({ settings }, { timeoutMs: 700 })
  expect(await failureOf(eventsOf(stream))).toMatch(/^DeadlineExceeded: /)
  await expect.poll(() => places.taken, { timeout: 5_000 }).toBe(0)
})

test('a third analysis at the same time is refused, and the first two come to their ends', async () => {
  const client = running.client(MiningService, sample)
  // Nobody can load a snapshot while this transaction holds the table, so that both calls go on for certain.
  const two = await running.database.owner.sql.begin(async (owner) => {
    await owner`lock table snapshots in access exclusive mode`
    const calls = [1, 2].map(() => eventsOf(client.mineCohorts({})))
    await expect.poll(() => places.taken).toBe(2)
    const third = await failureOf(eventsOf(client.mineCohorts({})))
    expect(third).toMatch(/^ResourceExhausted: 2 such calls go on already/)
    return { calls }
  })
  const [first, second] = await Promise.all(two.calls)
  expect(first.summary).toEqual(second.summary)
  expect(places.taken).toBe(0)
})

test('mining leaves the event loop free', async () => {
  const leaving = new AbortController()
  const settings = { maxFilters: 4, maxAttributes: 32 }
  const stream = running.client(MiningService, endless).mineCohorts({ settings }, { signal: leaving.signal })
  const mining = failureOf(eventsOf(stream))
  await expect.poll(() => places.taken).toBe(1)
  const describing = running.client(MiningService, sample)
  await describing.describeSnapshot({})
  const started = performance.now()
  for (let call = 0; call < 5; call++) await describing.describeSnapshot({})
  expect(performance.now() - started).toBeLessThan(2_000)
  leaving.abort()
  expect(await mining).toMatch(/^Canceled: /)
  await expect.poll(() => places.taken, { timeout: 5_000 }).toBe(0)
})
