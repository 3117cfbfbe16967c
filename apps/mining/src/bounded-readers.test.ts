import * as contracts from '@assay/contracts'
import { fullNameOf, publicCalls } from '@assay/dialects'
import { putReaderScope } from '@assay/directory'
import { attemptOnce } from '@assay/jobs/testing'
import { CohortQuestions } from '@assay/mining'
import { changeWork, getReadiness, readinessWork, SnapshotCache } from '@assay/role-mining'
import { savedRoles } from '@assay/role-sessions'
import { generateOrganisation, type Organisation, toCsv } from '@assay/sample-org'
import { inTenant } from '@assay/store'
import {
  create,
  type DescMethod,
  type DescService,
  fromJson,
  type JsonObject,
  type JsonValue,
  toJson,
} from '@bufbuild/protobuf'
import { Code, type ConnectError } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveDirectory } from './c1/directory/serve-directory.ts'
import { roleMiningService } from './c1/role-mining-service.ts'
import { candidateService } from './candidates/candidate-service.ts'
import { profileDriftService } from './candidates/drift-service.ts'
import { impactService } from './candidates/impact-service.ts'
import { changeService } from './change/change-service.ts'
import { directoryService } from './directory/directory-service.ts'
import { exploreService } from './explore/explore-service.ts'
import { coverageService } from './insight/coverage-service.ts'
import { entitlementInsightService } from './insight/entitlement-insight-service.ts'
import { whyService } from './insight/why-service.ts'
import { matrixService } from './matrix/matrix-service.ts'
import { policyService } from './policies/policy-service.ts'
import { profileService } from './profiles/profile-service.ts'
import { readinessService } from './readiness-service.ts'
import { recommendationService } from './recommendation-service.ts'
import { analyse, importFiles, startTestService, type TestService } from './testing-service.ts'

// Each call is made twice: by a reader who is bound to one department, and in a tenant that holds only the people of that department. The
// two answers must be the same.

const organisation = generateOrganisation({ seed: 4, identityCount: 200 })
const grants = [...organisation.grants]
const department = 'Sales'
const people = organisation.identities.filter((one) => one.department === department)

/** The next load: one person left the department, one joined it, and a third lost all grants. */
const isPerson = (one: (typeof people)[number]) => one.status === 'enabled' && one.type === 'human'
const [leaves, loses] = people.filter(isPerson)
const later = nextLoad()
function nextLoad(): Organisation {
  const comes = organisation.identities.find((one) => one.department !== department && isPerson(one))
  return {
    ...organisation,
    identities: organisation.identities.map((one) => {
      if (one.id === leaves?.id) return { ...one, department: comes?.department ?? '' }
      return one.id === comes?.id ? { ...one, department } : one
    }),
  }
}

/** The suggestions of the first analysis whose cohorts are inside the department. */
let insideOfFirst: readonly string[] = []

let running: TestService
let local: number
let small: number
let readerScope: string

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(contracts.DirectoryService, directoryService(service))
    router.service(contracts.CandidateService, candidateService(service))
    router.service(contracts.ImpactService, impactService(service))
    router.service(contracts.ProfileService, profileService(service))
    router.service(contracts.ProfileDriftService, profileDriftService(service))
    router.service(contracts.PolicyService, policyService(service))
    router.service(contracts.RecommendationService, recommendationService(service))
    router.service(contracts.EntitlementInsightService, entitlementInsightService(service))
    router.service(contracts.ExploreService, exploreService(service))
    router.service(contracts.MatrixService, matrixService(service))
    router.service(contracts.CoverageService, coverageService(service))
    router.service(contracts.WhyService, whyService(service))
    router.service(contracts.ReadinessService, readinessService(service))
    router.service(contracts.ChangeService, changeService(service))
    serveDirectory(router, service)
    router.service(contracts.RoleMiningManagementService, roleMiningService(service))
  })
  const { database, owner, tenantId } = running.database
  local = await tenantId()
  small = await tenantId()
  await importFiles(
    database.sql,
    local,
    filesOf(() => true),
  )
  const ids = new Set(people.map(({ id }) => id))
  await importFiles(
    database.sql,
    small,
    filesOf((id) => ids.has(id)),
  )
  await analyse(database.sql, local)
  const filters = [{ attribute: 'department', values: [department] }]
  const put = await inTenant(owner.sql, local, (sql) =>
    putReaderScope(sql, local, undefined, { filters, applicationIds: [] }),
  )
  readerScope = put.id
  // The department has one profile in both tenants.
  for (const tenant of [local, small]) {
    await running.client(contracts.ProfileService, tenant).createAccessProfile({
      accessProfile: {
        displayName: 'Everybody of the department',
        celExpression: `subject.department == "${department}"`,
        automationEnabled: true,
      },
      entitlements: [named()],
    })
    await running.client(contracts.PolicyService, tenant).createPolicy({
      policy: {
        displayName: 'Apart',
        rule: {
          case: 'separationOfDuties',
          value: { severity: 3, first: [named()], second: [named(1)], exceptions: [] },
        },
      },
    })
  }
})
afterAll(() => running?.stop())

/** The organisation's files, with only the rows of the people for whom `isOf` is true. */
function filesOf(isOf: (id: string) => boolean, of: Organisation = organisation): Record<string, string> {
  const texts = toCsv(of).map(({ fileName, chunks }) => {
    const [head = '', ...rows] = [...chunks].join('').split(/(?<=\n)/)
    const ofPeople = /^(identities|grants|usage)/.test(fileName)
    const isLost = (id: string) => of === later && fileName === 'grants.csv' && id === loses?.id
    const kept = rows.filter((row) => {
      const [id = ''] = row.split(',')
      return !ofPeople || (isOf(id) && !isLost(id))
    })
    return [fileName, [head, ...kept].join('')]
  })
  return Object.fromEntries(texts)
}

/** The entitlement that most people of the department hold; `place` 1 is the next one, and so on. */
function named(place = 0) {
  const counts = new Map<string, number>()
  for (const { identityId, entitlementId } of grants)
    if (people.some(({ id }) => id === identityId)) counts.set(entitlementId, (counts.get(entitlementId) ?? 0) + 1)
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const entitlementId = ranked[place]?.[0] ?? ''
  const applicationId = organisation.entitlements.find(({ id }) => id === entitlementId)?.applicationId ?? ''
  return { applicationId, entitlementId }
}

/** The whole result of one call: the answer, all messages of a stream, or the code and message of the error. */
async function answer(method: DescMethod, request: JsonObject, tenantId: number, caller: object): Promise<JsonValue> {
  const client = running.client(method.parent as DescService, tenantId, 'reviewer', caller) as unknown as Record<
    string,
    (input: unknown) => never
  >
  const call = client[method.localName]!
  const input = create(method.input, fromJson(method.input, request))
  try {
    if (method.methodKind === 'unary') return toJson(method.output, await call(input))
    const messages: JsonValue[] = []
    for await (const one of call(input) as AsyncIterable<never>) {
      const json = toJson(method.output, one) as JsonObject
      messages.push(typeof json.data === 'string' ? Buffer.from(json.data, 'base64').toString() : json)
    }
    return messages
  } catch (error) {
    const { code, rawMessage } = error as ConnectError
    return { code: Code[code] ?? String(error), message: rawMessage }
  }
}

/** Does what workers do for the small tenant after an import: measures that the calls read. */
async function measureSmall(): Promise<void> {
  const { sql } = running.database.database
  const snapshots = new SnapshotCache(sql)
  const questions = new CohortQuestions()
  const none = { count: 0, examples: [] }
  const linkFindings = async () => ({ none, ambiguous: none, conflict: none })
  const asked = { enqueue: async () => true }
  const { importId } = await inTenant(sql, small, (scoped) => getReadiness(scoped, asked, small))
  await attemptOnce(readinessWork({ sql, snapshots, linkFindings }), { tenantId: small, importId })
  const tools = { sql, snapshots, questions, savedRoles, orphanRows: async () => 0 }
  await attemptOnce(changeWork(tools), { tenantId: small })
  await questions.close()
}

/** The answer of `ask`, repeated until the model of recommendations is learned. */
async function learned(ask: () => Promise<JsonValue>): Promise<JsonValue> {
  for (;;) {
    const told = await ask()
    if (!JSON.stringify(told).includes('"RECOMMENDATION_STATE_LEARNING"')) return told
  }
}

/** Members that differ between any two tenants, whatever data they hold. */
const ofTenant = /^(importId|previousImportId|etag|version|next.*PageToken|accessProfileId|policyId|.*Time|.*At)$/

/** The answer without the ids and members that differ between tenants. */
function alike(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(alike)
  if (typeof value === 'string') return value.replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f-]{22}/g, 'a uuid')
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !ofTenant.test(name))
      .map(([name, member]) => [name, alike(member)]),
  )
}

test('of suggestions a bounded reader sees those inside, without figures about others', async () => {
  const mining = (caller: object) => running.client(contracts.RoleMiningManagementService, local, 'reviewer', caller)
  const { list: all } = await mining({}).listSuggestions({})
  const inside = all.filter(({ cohortFilters }) => isInside(cohortFilters))
  expect(inside.length).toBeGreaterThan(0)
  expect(inside.length).toBeLessThan(all.length)
  const { list } = await mining({ readerScope }).listSuggestions({})
  expect(list.map(({ id }) => id).sort()).toEqual(inside.map(({ id }) => id).sort())
  insideOfFirst = inside.map(({ id }) => id)
  // The figures must be those among the people of the department alone.
  const others = new Map(all.map(({ id, confidence }) => [id, confidence]))
  for (const { id, confidence, insights } of list) {
    expect(insights).toEqual([])
    expect(confidence).toBeGreaterThan(0)
    expect(confidence).toBeLessThanOrEqual(1)
    expect(others.get(id)).toBeDefined()
  }
  expect(list.some(({ id, confidence }) => confidence !== others.get(id))).toBe(true)
  const outside = all.filter((one) => !inside.includes(one))
  for (const { id } of outside) {
    await expect(mining({ readerScope }).getSuggestion({ id })).rejects.toThrow('not_found')
    await expect(mining({ readerScope }).updateSuggestionState({ id, state: 2 })).rejects.toThrow('not_found')
  }
  for (const { id } of inside) await mining({ readerScope }).updateSuggestionState({ id, state: 2 })
  expect((await mining({}).listSuggestions({ states: [2] })).list.map(({ id }) => id).sort()).toEqual(
    inside.map(({ id }) => id).sort(),
  )
})

test('each call answers as a tenant does that holds only the people of the scope', async () => {
  // The small tenant has no analysis of the whole organisation, so it lacks these suggestions; the test above covers them.
  await running.database.owner.sql`delete from role_mining_suggestions where tenant_id = ${local}`
  await measureSmall()
  expect(await differences(comparedRequests())).toBe('')
})

test('runs and their candidates, loads and readiness after the next load are told of the people of the scope alone', async () => {
  const { sql } = running.database.database
  await importFiles(
    sql,
    local,
    filesOf(() => true, later),
  )
  const ids = new Set(later.identities.filter((one) => one.department === department).map(({ id }) => id))
  await importFiles(
    sql,
    small,
    filesOf((id) => ids.has(id), later),
  )
  await analyse(sql, local)
  await measureSmall()
  expect(await differences([['assay.change.v1.ChangeService.ListLoadChanges', {}]])).toBe('')
  const changes = (caller: object) => running.client(contracts.ChangeService, local, 'reviewer', caller)
  const [load] = (await changes({ readerScope }).listLoadChanges({})).loads
  expect([load?.joined, load?.left]).toEqual([1n, 1n])
  const [now, then] = (await changes({ readerScope }).listComparableRuns({})).runs
  expect(then?.suggestionCount).toBe(insideOfFirst.length)
  const whole = await changes({}).compareRuns({ runId: 'latest', fates: [1, 2, 3, 4, 5, 6, 7], pageSize: 100 })
  const own = await changes({ readerScope }).compareRuns({
    runId: 'latest',
    fates: [1, 2, 3, 4, 5, 6, 7],
    pageSize: 100,
  })
  const sides = (comparison: typeof own, side: 'before' | 'after') =>
    comparison.changes
      .flatMap((change) => change[side] ?? [])
      .sort((a, b) => (a.suggestionId < b.suggestionId ? -1 : 1))
  const inside = (comparison: typeof own, side: 'before' | 'after', of: Organisation) =>
    sides(comparison, side)
      .filter(({ conditions }) => isInside(conditions, of))
      .map((one) => ({ ...one, confidence: 0 }))
  expect(sides(own, 'before')).toEqual(inside(whole, 'before', organisation))
  expect(sides(own, 'after')).toEqual(inside(whole, 'after', later))
  expect([own.changes.length, now?.suggestionCount]).toEqual([expect.any(Number), sides(own, 'after').length])
  expect(whole.changes.length).toBeGreaterThan(own.changes.length)
  const mining = running.client(contracts.RoleMiningManagementService, local, 'reviewer', { readerScope })
  const { list } = await mining.listRuns({})
  expect(list.map(({ id }) => id)).toEqual([now?.runId, then?.runId])
  for (const { totalUsers, cohortsAnalyzed, suggestionsGenerated, triggerDetail } of list)
    expect([totalUsers, cohortsAnalyzed, suggestionsGenerated, triggerDetail]).toEqual([0, 0, 0, ''])
})

/** The calls whose answer to a bounded reader differs from the small tenant's, with both answers; empty without a difference. */
async function differences(requests: ReturnType<typeof comparedRequests>): Promise<string> {
  const methods = new Map(publicCalls.map(({ method }) => [fullNameOf(method), method]))
  const differing: string[] = []
  for (const [name, request] of requests) {
    const method = methods.get(name)
    if (method === undefined) return expect.unreachable(name)
    const seen = alike(await learned(() => answer(method, request, local, { readerScope })))
    const held = alike(await learned(() => answer(method, request, small, {})))
    if (JSON.stringify(seen) !== JSON.stringify(held))
      differing.push(`${name} ${JSON.stringify(request)}\n${JSON.stringify(seen)}\n${JSON.stringify(held)}`)
  }
  return differing.join('\n\n')
}

/** The slow twin: whether the filters match at least one person, and only people of the department. */
function isInside(
  filters: readonly { attribute: string; values: string[] }[],
  of: Organisation = organisation,
): boolean {
  const meant = of.identities.filter(
    (one) =>
      one.status === 'enabled' &&
      one.type === 'human' &&
      filters.every(({ attribute, values }) => values.includes(attributeOf(one, attribute))),
  )
  return meant.length > 0 && meant.every((one) => one.department === department)
}

function attributeOf(one: Organisation['identities'][number], attribute: string): string {
  const values: Record<string, string> = {
    ...one.attributes,
    department: one.department,
    job_title: one.jobTitle,
    manager: one.managerId,
    employment_type: one.employmentType,
    employment_status: one.employmentStatus,
    directory_status: one.status,
  }
  return values[attribute] ?? ''
}

/** Requests of the calls that must answer a bounded reader as they answer the small tenant; one or more for each call. */
function comparedRequests(): readonly (readonly [string, JsonObject])[] {
  const [person] = people.filter(({ id, status, type }) => status === 'enabled' && type === 'human' && holds(id))
  const entitlement = named()
  const { applicationId } = entitlement
  const jobs = [...new Set(people.map(({ jobTitle }) => jobTitle))]
  const filters = [{ attribute: 'job_title', values: [person!.jobTitle] }]
  const adHoc = (rule: JsonObject) => ({ adHoc: { displayName: 'Asked', entitlements: [entitlement], rule } })
  // People outside the department have the same job: for a reader who sees them, the rules would match them too.
  const byFilters = adHoc({ filters: { filters } })
  const byRule = adHoc({ celExpression: `subject.jobTitle == ${JSON.stringify(person!.jobTitle)}` })
  const identityId = person!.id
  const c1 = 'c1.api.'
  return [
    ['assay.directory.v1.DirectoryService.ListIdentities', { pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.ListIdentities', { query: 'er', pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.GetIdentity', { identityId }],
    ['assay.directory.v1.DirectoryService.ListApplications', { pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.ListEntitlements', { pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.ListEntitlements', { applicationId, pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.GetEntitlement', entitlement],
    ['assay.directory.v1.DirectoryService.ListIdentityGrants', { identityId, pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.ListEffectiveGrants', { identityId, pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.ExplainAccess', { identityId, ...entitlement }],
    ...[byFilters, byRule].flatMap((candidate): [string, JsonObject][] => [
      ['assay.candidate.v1.CandidateService.ResolveCandidate', { candidate }],
      ['assay.candidate.v1.CandidateService.ListCandidateEntitlements', { candidate }],
      ['assay.candidate.v1.CandidateService.ListCandidateIdentities', { candidate, pageSize: 100 }],
      ['assay.impact.v1.ImpactService.ComputeImpact', { candidate }],
      ['assay.impact.v1.ImpactService.ComputeImpact', { candidate, settings: { mode: 'IMPACT_MODE_REPLACE' } }],
      ['assay.impact.v1.ImpactService.ListImpactIdentities', { candidate, pageSize: 100 }],
      ['assay.impact.v1.ImpactService.ListImpactEntitlements', { candidate }],
      ['assay.impact.v1.ImpactService.ListImpactCells', { candidate, identityId }],
      ['assay.impact.v1.ImpactService.ExportImpact', { candidate }],
      ['assay.impact.v1.ImpactService.BatchComputeImpact', { candidates: [candidate] }],
    ]),
    ['assay.candidate.v1.CandidateService.CompareCandidates', { first: byFilters, second: byRule }],
    [
      'assay.candidate.v1.CandidateService.ListComparedIdentities',
      { first: byFilters, second: byRule, side: 'COMPARED_SIDE_BOTH' },
    ],
    [
      'assay.candidate.v1.CandidateService.ListComparedEntitlements',
      { first: byFilters, second: byRule, side: 'COMPARED_SIDE_BOTH' },
    ],
    ['assay.insight.v1.RecommendationService.RecommendForCohort', { filters }],
    ['assay.insight.v1.RecommendationService.RecommendForIdentity', { identityId }],
    ['assay.insight.v1.EntitlementInsightService.DescribeEntitlements', { entitlements: [entitlement] }],
    ...['SELECTION_HOLDERS', 'SELECTION_AGAINST_PATTERN', 'SELECTION_LACKING'].map(
      (selection): [string, JsonObject] => [
        'assay.insight.v1.EntitlementInsightService.ListEntitlementHolders',
        { entitlements: [entitlement], selection, pageSize: 100 },
      ],
    ),
    ['assay.explore.v1.ExploreService.DescribeCohort', { conditions: filters }],
    ['assay.explore.v1.ExploreService.EvaluateSelection', { conditions: filters, entitlements: [entitlement] }],
    ['assay.explore.v1.ExploreService.SearchConditions', { text: 'a' }],
    ...[
      {},
      { conditions: filters },
      { candidate: byFilters },
      { candidate: byRule },
      { roles: 'ROLE_SOURCE_NONE' },
    ].flatMap((view): [string, JsonObject][] => [
      ['assay.matrix.v1.MatrixService.DescribeMatrix', { view }],
      ['assay.matrix.v1.MatrixService.GetMatrixOverview', { view }],
      ['assay.matrix.v1.MatrixService.GetMatrixWindow', { view, rowCount: 1000, columnCount: 1000 }],
      ['assay.matrix.v1.MatrixService.FindInMatrix', { view, text: 'a' }],
    ]),
    ['assay.matrix.v1.MatrixService.GetMatrixWindow', { mode: 'MATRIX_MODE_DIFFERENCE', rowStep: 3 }],
    ['assay.matrix.v1.MatrixService.FindInMatrix', { text: outsider() }],
    ['assay.policy.v1.PolicyService.ListBreaches', { pageSize: 100 }],
    ['assay.policy.v1.PolicyService.ExportBreaches', {}],
    ['assay.policy.v1.PolicyService.CheckCandidate', { candidate: byFilters }],
    ['assay.insight.v1.ReadinessService.GetReadiness', {}],
    ['assay.change.v1.ChangeService.ListRoleHealth', {}],
    ['assay.profile.v1.ProfileService.ListAccessProfiles', {}],
    ['assay.change.v1.ProfileDriftService.ListProfileDrift', {}],
    ['assay.insight.v1.CoverageService.RankAttributes', {}],
    ['assay.insight.v1.CoverageService.GetResidual', {}],
    ['assay.insight.v1.CoverageService.ListResidualGrants', { pageSize: 100 }],
    ['assay.insight.v1.CoverageService.ExportResidualGrants', {}],
    ['assay.insight.v1.WhyService.ExplainCohort', { conditions: filters, entitlement }],
    ['assay.insight.v1.WhyService.ExplainEntitlement', { entitlement }],
    ['assay.insight.v1.WhyService.ExplainHolding', { identityId, entitlement }],
    [`${c1}user.v1.UserSearch.Search`, { pageSize: 100 }],
    [`${c1}user.v1.UserSearch.Search`, { departments: [department, 'Sales', 'Engineering'], pageSize: 100 }],
    [`${c1}app.v1.AppSearch.Search`, { pageSize: 100 }],
    [`${c1}app.v1.AppEntitlementSearchService.Search`, { pageSize: 100 }],
    [`${c1}app.v1.AppEntitlementSearchService.Search`, { appUserIds: [identityId], pageSize: 100 }],
    [`${c1}role_mining_management.v1.RoleMiningManagementService.ListCohortFilterAttributes`, {}],
    ...['department', 'manager', 'job_title', 'location'].map((attribute): [string, JsonObject] => [
      `${c1}role_mining_management.v1.RoleMiningManagementService.ListCohortFilterAttributeValues`,
      { attribute, pageSize: 100 },
    ]),
    // A person outside the department: both tenants answer as for an unknown id.
    ['assay.directory.v1.DirectoryService.GetIdentity', { identityId: outsider() }],
    ['assay.insight.v1.WhyService.ExplainHolding', { identityId: outsider(), entitlement }],
    [
      'assay.impact.v1.ImpactService.ComputeImpact',
      { candidate: adHoc({ identities: { identityIds: [outsider()] } }) },
    ],
    [
      'assay.insight.v1.WhyService.ExplainCohort',
      { conditions: [{ attribute: 'job_title', values: jobs }], entitlement },
    ],
  ]
}

function holds(id: string): boolean {
  return grants.some(({ identityId }) => identityId === id)
}

function outsider(): string {
  const somebody = organisation.identities.find((one) => one.department !== department && one.type === 'human')
  return somebody?.id ?? ''
}
