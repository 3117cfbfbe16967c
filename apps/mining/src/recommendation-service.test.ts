import {
  RecommendationService,
  RecommendationState as State,
} from '@assay/contracts/assay/insight/v1/recommendation_service_pb'
import { createPolicy } from '@assay/policies'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { inTenant } from '@assay/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recommendationService } from './recommendation-service.ts'
import { failureOf, importFiles, startTestService, type TestService } from './testing-service.ts'

const organisation = generateOrganisation({ seed: 3, identityCount: 200 })
const grants = [...organisation.grants]
const people = organisation.identities.filter(({ status, type }) => status === 'enabled' && type === 'human')
let running: TestService
let sample: number
let other: number

beforeAll(async () => {
  running = await startTestService((router, service) =>
    router.service(RecommendationService, recommendationService(service)),
  )
  const { database } = running
  sample = await database.tenantId('sample')
  other = await database.tenantId('other')
  const files = Object.fromEntries(toCsv(organisation).map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
  await importFiles(database.database.sql, sample, files)
})

afterAll(() => running?.stop())

const client = (tenantId = sample) => running.client(RecommendationService, tenantId, 'auditor')

async function forPerson(identityId: string, maxResults = 0) {
  for (;;) {
    const response = await client().recommendForIdentity({ identityId, maxResults })
    if (response.state === State.READY) return response
    expect(response.recommendations).toEqual([])
  }
}

test('a person is recommended what she does not hold, most probable first, each with its reasons', async () => {
  let withReasons = 0
  for (const { id } of people.slice(0, 10)) {
    const held = new Set(grants.filter((grant) => grant.identityId === id).map((grant) => grant.entitlementId))
    const { recommendations, importId } = await forPerson(id)
    expect(importId).not.toBe('')
    const probabilities = recommendations.map(({ probability }) => probability)
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a))
    for (const { entitlement, probability, reasons } of recommendations) {
      expect(held.has(entitlement!.entitlementId)).toBe(false)
      expect(entitlement!.displayName).not.toBe('')
      expect(probability).toBeGreaterThanOrEqual(0)
      expect(probability).toBeLessThanOrEqual(1)
      for (const reason of reasons) expect(reason).toMatch(/^\d+ of \d+ others? .+ hold it$/)
      withReasons += reasons.length
    }
  }
  expect(withReasons).toBeGreaterThan(0)
})

test('the same question has the same answer, and as many results as were asked for', async () => {
  const { id } = people[0]!
  const three = await forPerson(id, 3)
  expect(three.recommendations).toHaveLength(3)
  expect((await forPerson(id, 100)).recommendations.slice(0, 3)).toEqual(three.recommendations)
})

test('a cohort is counted whole, and its expected holders are a share of those who do not hold it', async () => {
  const department = people[0]!.department
  const size = people.filter((one) => one.department === department).length
  await forPerson(people[0]!.id)
  const found = await client().recommendForCohort({ filters: [{ attribute: 'department', values: [department] }] })
  expect(found.state).toBe(State.READY)
  expect(found.cohortSize).toBe(size)
  expect(found.recommendations.length).toBeGreaterThan(0)
  for (const { entitlement, holderCount, expectedHolders, probability, reasons } of found.recommendations) {
    const holders = grants.filter(
      (grant) =>
        grant.entitlementId === entitlement!.entitlementId &&
        people.some((one) => one.id === grant.identityId && one.department === department),
    )
    expect(holderCount).toBe(holders.length)
    expect(probability).toBeCloseTo(expectedHolders / (size - holderCount), 6)
    expect(reasons).toHaveLength(1)
  }
})

test.each([
  ['an unknown identity', { identityId: 'nobody' }, 'NotFound: identity "nobody" does not exist'],
  [
    'a negative number of results',
    { identityId: people[0]!.id, maxResults: -1 },
    'InvalidArgument: max_results: must be 0 or more, not -1',
  ],
])('%s is refused', async (_, request, message) => {
  expect(String(await failureOf(client().recommendForIdentity(request)))).toContain(message)
})

test('whoever is no enabled person gets none, and says why', async () => {
  const machine = organisation.identities.find(({ status, type }) => status !== 'deleted' && type !== 'human')
  const failure = await failureOf(client().recommendForIdentity({ identityId: machine?.id ?? '' }))
  expect(String(failure)).toContain('is not an enabled person')
})

test('a cohort needs filters over attributes that there are', async () => {
  const refusal = async (filters: { attribute: string; values: string[] }[]) =>
    String(await failureOf(client().recommendForCohort({ filters })))
  expect(await refusal([])).toContain('needs at least one filter')
  expect(await refusal([{ attribute: 'shoe_size', values: ['44'] }])).toContain('unknown attribute "shoe_size"')
  expect(await refusal([{ attribute: 'department', values: [] }])).toContain('needs at least one value')
})

test('before the first import there is nothing to learn from, and another tenant has no such person', async () => {
  const cohort = client(other).recommendForCohort({ filters: [{ attribute: 'department', values: ['Sales'] }] })
  expect(String(await failureOf(cohort))).toContain('There is no access data yet')
  const person = client(other).recommendForIdentity({ identityId: people[0]!.id })
  expect(String(await failureOf(person))).toContain('does not exist')
})

test('what a policy protects, and what would newly break a separation of duties, is recommended to nobody', async () => {
  const { id } = people[0]!
  const before = (await forPerson(id, 3)).recommendations
  const heldId = grants.find((grant) => grant.identityId === id)?.entitlementId
  const held = organisation.entitlements.find((one) => one.id === heldId)
  const [first, second] = before
  if (held === undefined || second === undefined) throw new Error('nothing to forbid')
  const nameOf = ({ entitlement }: { entitlement?: { applicationId: string; entitlementId: string } | undefined }) => ({
    applicationId: entitlement!.applicationId,
    entitlementId: entitlement!.entitlementId,
  })
  const policies = [
    {
      displayName: 'Protected',
      settings: {
        kind: 'protected_access' as const,
        privileged: false,
        fromRiskLevel: '',
        fromCoverageBasisPoints: undefined,
      },
      first: [nameOf(first!)],
      second: [],
    },
    {
      displayName: 'Separated',
      settings: { kind: 'separation_of_duties' as const, severity: 'high' as const },
      first: [{ applicationId: held.applicationId, entitlementId: held.id }],
      second: [nameOf(second)],
    },
  ]
  await inTenant(running.database.database.sql, sample, async (sql) => {
    for (const policy of policies)
      await createPolicy(sql, sample, 'e-1', { ...policy, description: '', enabled: true, exceptions: [] })
  })
  const after = (await forPerson(id, 3)).recommendations
  expect(after).toHaveLength(3)
  const names = after.map(({ entitlement }) => entitlement!.entitlementId)
  expect(names).not.toContain(first!.entitlement!.entitlementId)
  expect(names).not.toContain(second.entitlement!.entitlementId)
})
