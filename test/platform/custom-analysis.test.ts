import {
  CustomAnalysisTerminalReason,
  type GetCustomAnalysisResultResponse,
} from '@assay/contracts/c1/api/role_mining_management/v1/custom_analysis_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { RunStatus } from '@assay/contracts/c1/api/role_mining_management/v1/run_pb'
import { generateOrganisation } from '@assay/sample-org'
import { type Client, Code, createClient } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { grpc, importFiles, joinTestPlatform, rest, type TestPlatform } from './platform.ts'
import { filesOf } from './sample.ts'

const organisation = generateOrganisation({ seed: 4, identityCount: 300 })
const { department } = organisation.identities[5]!
const profileFilters = [{ attribute: 'department', values: [department] }]
let platform: TestPlatform
let token: string
let mining: Client<typeof RoleMiningManagementService>

beforeAll(async () => {
  platform = await joinTestPlatform()
  token = await platform.token('admin')
  mining = createClient(RoleMiningManagementService, grpc(platform.baseUrl, token))
  await importFiles(platform.baseUrl, token, filesOf(organisation))
})
afterAll(() => platform?.stop())

async function analyse(request: Parameters<typeof mining.triggerCustomAnalysis>[0]) {
  const { id } = await mining.triggerCustomAnalysis(request)
  return vi.waitFor(
    async () => {
      const result = await mining.getCustomAnalysisResult({ id })
      expect(result.status).not.toBe(RunStatus.RUNNING)
      return result
    },
    { timeout: 300_000, interval: 50 },
  )
}

/** The same figures by SQL over the tables, independent of the engine. */
async function bySql(where: string) {
  const tenantId = await platform.tenantId()
  const rows = await platform.db.owner.sql<{ app: string; entitlement: string; count: number }[]>`
    with cohort as (select key from identities i where tenant_id = ${tenantId} and status = 'enabled' and type = 'human' and ${platform.db.owner.sql.unsafe(where)})
    select a.id as app, e.id as entitlement, count(distinct g.identity_key)::integer as count
    from grants g join cohort on cohort.key = g.identity_key
    join entitlements e on e.tenant_id = g.tenant_id and e.key = g.entitlement_key
    join applications a on a.tenant_id = g.tenant_id and a.key = e.application_key
    where g.tenant_id = ${tenantId}
    group by 1, 2`
  const holders = async (refs: readonly { appId: string; entitlementId: string }[]) => {
    const [row] = await platform.db.owner.sql<{ count: number }[]>`
      select count(*)::integer as count from identities i
      where tenant_id = ${tenantId} and status = 'enabled' and type = 'human' and ${platform.db.owner.sql.unsafe(where)}
        and not exists (
          select from jsonb_to_recordset(${platform.db.owner.sql.json(refs.map(({ appId, entitlementId }) => ({ appId, entitlementId })))})
            as wanted ("appId" text, "entitlementId" text)
          where not exists (select from grants g join entitlements e on e.tenant_id = g.tenant_id and e.key = g.entitlement_key
            join applications a on a.tenant_id = g.tenant_id and a.key = e.application_key
            where g.tenant_id = i.tenant_id and g.identity_key = i.key and a.id = wanted."appId" and e.id = wanted."entitlementId"))`
    return row!.count
  }
  return { rows, holders }
}

const inDepartment = `department = '${department.replaceAll("'", "''")}'`

test('a cohort is counted exactly: coverage, applications, and the holders of all at every cutoff', async () => {
  const result = await analyse({ profileFilters })
  const { rows, holders } = await bySql(inDepartment)
  expect(result.status).toBe(RunStatus.COMPLETED)
  expect(result.cohortSize).toBe(await holders([]))
  expect(result.facetUserCount).toBe(result.cohortSize)
  const counted = (list: GetCustomAnalysisResultResponse['entitlements']) =>
    list.map(({ appId, entitlementId, grantedCount }) => `${appId}/${entitlementId}: ${grantedCount}`).sort()
  expect(counted(result.entitlements)).toEqual(
    rows.map(({ app, entitlement, count }) => `${app}/${entitlement}: ${count}`).sort(),
  )
  expect(result.appsAnalyzed).toBe(new Set(rows.map(({ app }) => app)).size)
  expect(result.cutoffImpactPoints.length).toBe(new Set(rows.map(({ count }) => count)).size)
  for (const point of result.cutoffImpactPoints.slice(0, 12)) {
    const selected = result.entitlements.filter(
      ({ coverage }) => Math.round(coverage * 10_000) >= point.minimumCoverageBasisPoints,
    )
    expect(selected.length).toBe(point.entitlementCount)
    expect(point.usersWithAllEntitlements).toBe(await holders(selected))
  }
  expect(result.clusters.length).toBeGreaterThan(0)
})

test('a selection is evaluated exactly, and its facets count exactly the holders', async () => {
  const analysis = await analyse({ profileFilters })
  const { holders } = await bySql(inDepartment)
  const common = analysis.entitlements.filter(({ coverage }) => coverage >= 0.8)
  const rare = analysis.entitlements.find(({ coverage }) => coverage < 0.8 && coverage > 0.3)!
  const [dropped, ...kept] = common
  const ref = ({ appId, entitlementId }: { appId: string; entitlementId: string }) => ({ appId, entitlementId })
  const outcome = await mining.evaluateEntitlementSelection({
    analysisId: analysis.id,
    minimumCoverageBasisPoints: 8000,
    explicitlyIncluded: [ref(rare)],
    explicitlyExcluded: [ref(dropped!)],
    includeFacets: true,
  })
  expect(outcome.selectedEntitlementCount).toBe(common.length)
  const core = await holders([...kept, rare])
  expect(outcome.usersWithAllEntitlements).toBe(core)
  const titles = outcome.coreHolderFacets.find(({ attribute }) => attribute === 'job_title')
  expect(titles?.values.reduce((sum, { userCount }) => sum + userCount, 0)).toBe(core)

  const value = titles!.values[0]!
  const counts = await mining.countEntitlementSelectionFilterAttributeValues({
    selection: {
      analysisId: analysis.id,
      minimumCoverageBasisPoints: 8000,
      explicitlyIncluded: [ref(rare)],
      explicitlyExcluded: [ref(dropped!)],
    },
    attribute: 'job_title',
    values: [value.value, 'nobody'],
  })
  expect(counts).toMatchObject({
    cohortUserCount: analysis.cohortSize,
    coreUserCount: core,
    values: [
      { value: value.value, coreUserCount: value.userCount },
      { value: 'nobody', cohortUserCount: 0, coreUserCount: 0 },
    ],
  })
  const statuses = await mining.countEntitlementSelectionFilterAttributeValues({
    selection: { analysisId: analysis.id, minimumCoverageBasisPoints: 8000 },
    attribute: 'directory_status',
    values: ['ENABLED', 'enabled', 'on'],
  })
  expect(statuses.values.map(({ value, cohortUserCount }) => [value, cohortUserCount])).toEqual([
    ['ENABLED', analysis.cohortSize],
    ['enabled', analysis.cohortSize],
    ['on', 0],
  ])
})

test('a cohort of a status in capital letters has people, and the profile made from it has the same people', async () => {
  const filters = [...profileFilters, { attribute: 'directory_status', values: ['ENABLED'] }]
  const analysis = await analyse({ profileFilters: filters })
  expect(analysis.cohortSize).toBe((await analyse({ profileFilters })).cohortSize)
  const { celExpression } = await mining.createAccessProfileFromCohort({
    displayName: 'Enabled',
    profileFilters: filters,
    enableAutomation: true,
  })
  expect(celExpression).toMatch(/ && subject\.directoryStatus == UserStatus\.ENABLED$/)
})

test('an access scope filters people, a resource scope filters entitlements and changes no share', async () => {
  const whole = await analyse({ profileFilters })
  const { appId, entitlementId } = whole.entitlements.find(({ coverage }) => coverage < 0.6 && coverage > 0.2)!
  const scoped = await analyse({
    profileFilters,
    accessScope: { scope: { case: 'entitlement', value: { appId, entitlementId } } },
  })
  const held = whole.entitlements.find((one) => one.appId === appId && one.entitlementId === entitlementId)
  expect(scoped.cohortSize).toBe(held?.grantedCount)
  expect(scoped.accessScope?.scope).toMatchObject({ case: 'entitlement', value: { appId, entitlementId } })
  const limited = await analyse({ profileFilters, resourceScope: { appIds: [appId] } })
  expect(limited.cohortSize).toBe(whole.cohortSize)
  expect(limited.entitlements).toEqual(whole.entitlements.filter((one) => one.appId === appId))
  const alone = await analyse({ accessScope: { scope: { case: 'appId', value: appId } } })
  expect(alone.cohortSize).toBeGreaterThanOrEqual(scoped.cohortSize)
})

test('an analysis without matching people completes with zero counts and names the condition that excludes all people', async () => {
  const result = await analyse({ profileFilters: [{ attribute: 'department', values: ['Ministry of Silly Walks'] }] })
  expect(result).toMatchObject({ status: RunStatus.COMPLETED, cohortSize: 0, entitlements: [], cutoffImpactPoints: [] })
  expect(result.errorMessage).toBe(
    'No enabled person matches all conditions: department "Ministry of Silly Walks" alone matches 0.',
  )
})

test('an analysis of people who hold nothing in the resource scope reports the scope as the reason', async () => {
  const whole = await analyse({ profileFilters })
  const held = [...new Set(whole.entitlements.map(({ appId }) => appId))]
  const [other] = await platform.db.owner.sql<{ id: string }[]>`
    select id from applications where tenant_id = ${await platform.tenantId()} and not id = any(${held}) order by id limit 1`
  const result = await analyse({ profileFilters, resourceScope: { appIds: [other!.id] } })
  expect(result).toMatchObject({ status: RunStatus.COMPLETED, cohortSize: whole.cohortSize, entitlements: [] })
  expect(result.errorMessage).toBe(
    `The ${whole.cohortSize} people of the cohort hold nothing in the applications of the resource scope; leave it out to see what they hold elsewhere.`,
  )
})

test('a newer analysis of the same caller replaces a running one, and is the latest', async () => {
  const first = await mining.triggerCustomAnalysis({ profileFilters })
  const second = await mining.triggerCustomAnalysis({ profileFilters })
  const replaced = await mining.getCustomAnalysisResult({ id: first.id })
  if (replaced.status === RunStatus.FAILED)
    expect(replaced).toMatchObject({
      terminalReason: CustomAnalysisTerminalReason.SUPERSEDED,
      supersededByResultId: second.id,
    })
  expect((await mining.getLatestCustomAnalysisResult({})).result?.id).toBe(second.id)
  const other = createClient(RoleMiningManagementService, grpc(platform.baseUrl, await platform.token('auditor')))
  expect((await other.getLatestCustomAnalysisResult({})).result).toBeUndefined()
  const { list } = await other.listCustomAnalysisResults({})
  expect(list[0]!.id).toBe(second.id)
})

test('the people of an analysis can be listed by its id', async () => {
  const analysis = await analyse({ profileFilters })
  const { list, totalCount } = await mining.searchCohortUsers({ suggestionId: analysis.id, pageSize: 100 })
  expect(Number(totalCount)).toBe(analysis.cohortSize)
  expect(list.every((user) => user.department === department)).toBe(true)
})

const bad: [string, object, RegExp][] = [
  ['neither filter nor scope', {}, /profile_filters: give at least one filter, or an access_scope/],
  [
    'an unknown attribute',
    { profileFilters: [{ attribute: 'shoe', values: ['1'] }] },
    /unknown attribute "shoe"; known are/,
  ],
  ['a filter without values', { profileFilters: [{ attribute: 'department' }] }, /needs at least one value/],
  [
    'an unknown application',
    { profileFilters, resourceScope: { appIds: ['nope'] } },
    /resource_scope.app_ids: unknown application "nope"/,
  ],
  ['a scope of nothing', { accessScope: { appId: '' } }, /access_scope.app_id: must name an application/],
]
test.each(bad)('%s is refused, and no analysis is made', async (_, body, words) => {
  const count = async () => (await mining.listCustomAnalysisResults({ pageSize: 100 })).list.length
  const before = await count()
  const { status, json } = await rest(platform.baseUrl, token, 'POST /api/v1/role-mining/custom-analysis/trigger', body)
  expect([status, json.code]).toEqual([400, 3])
  expect(json.message).toMatch(words)
  expect(await count()).toBe(before)
})

test('a selection of an unknown analysis, or with entitlements outside of it, is refused with their names', async () => {
  const { id } = await analyse({ profileFilters })
  const evaluate = (request: object) => mining.evaluateEntitlementSelection({ analysisId: id, ...request })
  await expect(evaluate({ analysisId: 'x' })).rejects.toMatchObject({ code: Code.NotFound })
  await expect(evaluate({ minimumCoverageBasisPoints: 10_001 })).rejects.toThrow(/must be from 0 to 10000/)
  const nothing = { appId: 'no', entitlementId: 'thing' }
  await expect(evaluate({ explicitlyIncluded: [nothing] })).rejects.toThrow(/explicitly_included\[0\].*not among/)
  const stranger = createClient(
    RoleMiningManagementService,
    grpc(platform.baseUrl, await platform.token('admin', 'other')),
  )
  await expect(stranger.getCustomAnalysisResult({ id })).rejects.toMatchObject({ code: Code.NotFound })
})
