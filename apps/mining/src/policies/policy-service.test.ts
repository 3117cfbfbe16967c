import { type PolicySchema, PolicyStep, Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import {
  ExportBreachesRequest_Format as Format,
  PolicyService,
} from '@assay/contracts/assay/policy/v1/policy_service_pb'
import {
  ProfileService,
  ResolvePendingTaskRequest_Decision,
} from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { RequestCatalogManagementService } from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_management_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { SuggestionState as State } from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { prepareQueues } from '@assay/jobs'
import { attemptOnce } from '@assay/jobs/testing'
import { createPolicy, holdPolicies } from '@assay/policies'
import { addProfileMembers, defaultCircuitBreaker } from '@assay/profiles'
import { changeUnderPolicies, membershipWork, queues, SnapshotCache } from '@assay/role-mining'
import { inTenant } from '@assay/store'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { requestCatalogService } from '../c1/request-catalog-service.ts'
import { roleMiningService } from '../c1/role-mining-service.ts'
import { profileService } from '../profiles/profile-service.ts'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { policyService } from './policy-service.ts'

/** Forty people: twenty of Sales and twenty of Purchasing, who all hold the entitlements of their department. */
const departments = { Sales: ['s1', 's2', 's3', 'admin', 'pay'], Purchasing: ['p1', 'p2', 'p3', 'order', 'approve'] }
const people = Array.from({ length: 40 }, (_, i) => ({
  id: `u${String(i).padStart(2, '0')}`,
  department: i < 20 ? ('Sales' as const) : ('Purchasing' as const),
}))
const files = {
  'identities.csv': [
    'id,display_name,department,status,type',
    ...people.map(({ id, department }) => `${id},Person ${id},${department},enabled,human`),
  ].join('\n'),
  'applications.csv': 'id,display_name\nerp,ERP\ncrm,CRM\n',
  'entitlements.csv': [
    'application_id,id,display_name,privileged,risk_level',
    ...['s1', 's2', 's3'].map((id) => `crm,${id},${id.toUpperCase()},,low`),
    ...['p1', 'p2', 'p3'].map((id) => `erp,${id},${id.toUpperCase()},,`),
    'crm,admin,Administer,true,High ',
    'erp,pay,Pay,,medium',
    'erp,order,Order,,peculiar',
    'erp,approve,Approve,,critical',
  ].join('\n'),
  'grants.csv': [
    'identity_id,entitlement_id,last_used_at',
    ...people.flatMap(({ id, department }, i) =>
      departments[department]
        // Two people of Purchasing lack `approve`, one of Sales lacks `pay`.
        .filter((e) => !(e === 'approve' && i >= 38) && !(e === 'pay' && i === 0))
        .map(
          (e) => `${id},${e},${e === 's3' ? (i < 15 ? '2025-01-01' : '2025-12-01') : e === 'p1' ? '2025-12-30' : ''}`,
        ),
    ),
    // One person of Sales holds `order`.
    'u05,order,',
  ].join('\n'),
}
const app = (entitlementId: string) => ({
  applicationId: /^(s\d|admin)$/.test(entitlementId) ? 'crm' : 'erp',
  entitlementId,
})
const separation = (first: string[], second: string[], more: object = {}) => ({
  case: 'separationOfDuties' as const,
  value: { first: first.map(app), second: second.map(app), severity: Severity.HIGH, ...more },
})

type Rule = NonNullable<MessageInitShape<typeof PolicySchema>['rule']>

let running: TestService
let tenant: number
const api = () => running.client(PolicyService, tenant)
const mining = () => running.client(RoleMiningManagementService, tenant)
const make = (displayName: string, rule: Rule) => api().createPolicy({ policy: { displayName, rule } })
const fails = (rule: Rule) => failureOf(make('A', rule))

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(PolicyService, policyService(service))
    router.service(RoleMiningManagementService, roleMiningService(service))
    router.service(RequestCatalogManagementService, requestCatalogService(service))
    router.service(ProfileService, profileService(service))
  })
})
beforeEach(async () => {
  tenant = await running.database.tenantId()
  await importFiles(running.database.database.sql, tenant, files)
})
afterAll(() => running?.stop())

async function suggested() {
  await analyse(running.database.database.sql, tenant)
  const { list } = await mining().listSuggestions({ states: [State.NEW] })
  return list.map((one) => ({
    id: one.id,
    department: one.cohortFilters[0]!.values[0],
    entitlements: one.entitlements.map(({ entitlementId }) => entitlementId).toSorted(),
    usersWithAll: one.usersWithAll,
  }))
}
const of = (list: Awaited<ReturnType<typeof suggested>>, department: string) => {
  const found = list.find((one) => one.department === department)
  if (found === undefined) throw new Error(`nothing is suggested for ${department}`)
  return found
}

test('a policy is created, shown whole, listed without what it names, changed by its etag, and deleted', async () => {
  const expireTime = timestampFromDate(new Date(Date.now() + 86_400_000))
  const made = await make(
    'Four eyes',
    separation(['order'], ['approve'], { exceptions: [{ identityId: 'u05', expireTime }] }),
  )
  expect(made).toMatchObject({ displayName: 'Four eyes', entitlementCount: 2, exceptionCount: 1, createdBy: 'e-1' })
  expect(await api().getPolicy({ policyId: made.id })).toEqual(made)
  expect(
    made.entitlementNames.map(({ entitlementId, displayName }) => [entitlementId, displayName]).toSorted(),
  ).toEqual([
    ['approve', 'Approve'],
    ['order', 'Order'],
  ])
  expect(made.rule.case === 'separationOfDuties' && made.rule.value.exceptions).toMatchObject([
    { identityId: 'u05', identityDisplayName: 'Person u05' },
  ])
  const { policies } = await api().listPolicies({})
  expect(policies).toMatchObject([
    { id: made.id, entitlementCount: 2, rule: { value: { severity: Severity.HIGH, first: [] } } },
  ])
  expect(await failureOf(make('four EYES', separation(['p1'], ['p2'])))).toBe(
    'AlreadyExists: a policy named "four EYES" exists already; choose another name, or update that one',
  )
  const renamed = await api().updatePolicy({
    policy: { id: made.id, displayName: 'Six eyes', etag: made.etag },
    updateMask: { paths: ['display_name'] },
  })
  expect(renamed).toEqual({ ...made, displayName: 'Six eyes', etag: renamed.etag, updateTime: renamed.updateTime })
  expect(renamed.etag).not.toBe(made.etag)
  expect(await failureOf(api().updatePolicy({ policy: { id: made.id, displayName: 'X', etag: made.etag } }))).toMatch(
    /^Aborted: policy ".*" has etag .* it was changed since you read it/,
  )
  expect(
    await failureOf(
      api().updatePolicy({ policy: { id: made.id, rule: { case: 'unusedAccess', value: { days: 9 } } } }),
    ),
  ).toMatch(/^FailedPrecondition: policy ".*" is of the kind separation_of_duties, which cannot change/)
  expect(await failureOf(api().deletePolicy({ policyId: made.id, etag: made.etag }))).toMatch(/^Aborted/)
  await api().deletePolicy({ policyId: made.id, etag: renamed.etag })
  expect(await failureOf(api().getPolicy({ policyId: made.id }))).toBe(`NotFound: policy "${made.id}" does not exist`)
})

test('what a policy cannot say is refused by its member, and nothing is changed', async () => {
  const past = timestampFromDate(new Date(0))
  const refused: [Rule, RegExp][] = [
    [{ case: undefined }, /policy: needs a rule: one of protected_access, unused_access/],
    [separation(['order', 'p1'], ['p1']), /separation_of_duties.first\[1\]: entitlement "p1" is in both sets/],
    [
      separation(['order'], ['ghost']),
      /separation_of_duties.second\[0\]: application "erp" has no entitlement "ghost"/,
    ],
    [separation(['order', 'order'], ['p1']), /separation_of_duties.first\[1\]: entitlement "order" is named twice/],
    [separation([], ['p1']), /separation_of_duties.first: needs at least one entitlement/],
    [separation(['order'], ['p1'], { severity: Severity.UNSPECIFIED }), /severity: must be SEVERITY_LOW/],
    [separation(['order'], ['p1'], { exceptions: [{ identityId: 'u05' }] }), /expire_time: is required/],
    [
      separation(['order'], ['p1'], { exceptions: [{ identityId: 'u05', expireTime: past }] }),
      /exceptions\[0\].expire_time: must be in the future/,
    ],
    [
      separation(['order'], ['p1'], { exceptions: [{ identityId: 'nobody', expireTime: past }] }),
      /exceptions\[0\].identity_id: there is no identity "nobody"/,
    ],
    [{ case: 'protectedAccess', value: {} }, /protected_access: protects nothing/],
    [
      { case: 'protectedAccess', value: { fromRiskLevel: 'huge' } },
      /"huge" is no risk level; there are low, medium, high, critical/,
    ],
    [
      { case: 'protectedAccess', value: { privileged: true, fromCoverageBasisPoints: 10_001 } },
      /from 1 to 10000, not 10001/,
    ],
    [{ case: 'unusedAccess', value: {} }, /unused_access.days: must be a whole number from 1 to 3650, not 0/],
    [
      { case: 'unusedAccess', value: { days: 9, applicationIds: ['x'] } },
      /application_ids\[0\]: there is no application "x"/,
    ],
    [{ case: 'overGrantBudget', value: {} }, /over_grant_budget: needs a limit/],
    [
      { case: 'overGrantBudget', value: { mostBasisPoints: -1 } },
      /most_basis_points: must be a whole number from 0 to 10000/,
    ],
    [{ case: 'sizeAndNaming', value: {} }, /size_and_naming: has no condition/],
    [{ case: 'sizeAndNaming', value: { namePattern: '(' } }, /size_and_naming.name_pattern: is not a valid pattern/],
    [
      { case: 'sizeAndNaming', value: { fewestMembers: 41 } },
      /41 is more than the 40 enabled identities: nothing could be proposed/,
    ],
    [
      { case: 'protectedAccess', value: { entitlements: [...departments.Sales, ...departments.Purchasing].map(app) } },
      /with it all 10 entitlements would be protected: nothing could be proposed/,
    ],
  ]
  for (const [rule, message] of refused) expect(await fails(rule)).toMatch(message)
  expect((await api().listPolicies({})).policies).toEqual([])
})

test('policies that contradict each other: what forbids everything is refused, and names that none can have refuse by name', async () => {
  const all = [...departments.Sales, ...departments.Purchasing]
  await make('One half', { case: 'protectedAccess', value: { entitlements: all.slice(0, 5).map(app) } })
  const rest = { case: 'protectedAccess' as const, value: { entitlements: all.slice(5).map(app) } }
  expect(await fails(rest)).toMatch(/with it all 10 entitlements would be protected, together with the other policies/)
  expect((await api().listPolicies({})).policies.map(({ displayName }) => displayName)).toEqual(['One half'])
  await make('Names with S', { case: 'sizeAndNaming', value: { namePattern: '^S' } })
  await make('Names with P', { case: 'sizeAndNaming', value: { namePattern: '^P' } })
  const profiles = running.client(ProfileService, tenant)
  const named = (displayName: string) =>
    failureOf(profiles.createAccessProfile({ accessProfile: { displayName }, entitlements: [app('p1')] }))
  expect(await named('Purchasing')).toMatch(/^FailedPrecondition: policy "Names with S" requires names that match \^S/)
  expect(await named('Sales')).toMatch(/^FailedPrecondition: policy "Names with P" requires names that match \^P/)
  expect((await profiles.listAccessProfiles({})).accessProfiles).toEqual([])
})

test('risk levels have an order; unknown words are listed and count as highest', async () => {
  expect(await api().getRiskLevels({})).toMatchObject({
    levels: ['low', 'medium', 'high', 'critical'],
    unknownLevels: [{ level: 'peculiar', entitlementCount: 1 }],
  })
  await make('No high risk', { case: 'protectedAccess', value: { fromRiskLevel: 'HIGH' } })
  const list = await suggested()
  // The entitlements with the level High or critical, and the one with the unknown level.
  expect(of(list, 'Sales').entitlements).toEqual(['pay', 's1', 's2', 's3'])
  expect(of(list, 'Purchasing').entitlements).toEqual(['p1', 'p2', 'p3'])
  expect(
    (await api().updateRiskLevels({ riskLevels: { levels: ['low', 'Peculiar', 'high', 'medium'] } })).unknownLevels,
  ).toMatchObject([{ level: 'critical' }])
  // Only medium is above high now, and critical is an unknown level, which counts as the highest.
  expect(of(await suggested(), 'Sales').entitlements).toEqual(['s1', 's2', 's3'])
  expect(await failureOf(api().updateRiskLevels({ riskLevels: { levels: ['a', ' A'] } }))).toBe(
    'InvalidArgument: levels[1]: "A" is listed twice',
  )
})

test('suggestions obey every kind of policy, say what was left out, and counts stay', async () => {
  const before = await suggested()
  expect(of(before, 'Sales').entitlements).toEqual([...departments.Sales].toSorted())
  expect(of(before, 'Purchasing')).toMatchObject({
    entitlements: [...departments.Purchasing].toSorted(),
    usersWithAll: 18,
  })
  const noAdmin = await make('No administration', { case: 'protectedAccess', value: { privileged: true } })
  const inUse = await make('In use', { case: 'unusedAccess', value: { days: 90 } })
  const fourEyes = await make('Four eyes', separation(['order'], ['approve']))
  const budget = await make('Few gifts', { case: 'overGrantBudget', value: { mostGrants: 0 } })
  const after = await suggested()
  expect(of(after, 'Sales').entitlements).toEqual(['s1', 's2'])
  expect(of(after, 'Purchasing')).toMatchObject({ entitlements: ['order', 'p1', 'p2', 'p3'], usersWithAll: 20 })
  const { leftOut } = await api().getSuggestionPolicies({ suggestionId: of(after, 'Sales').id })
  expect(
    leftOut.map(({ entitlement, step, policyId, heldCount, countedCount }) => [
      entitlement?.entitlementId,
      step,
      policyId,
      heldCount,
      countedCount,
    ]),
  ).toEqual([
    ['admin', PolicyStep.PROTECTED, noAdmin.id, 20, 20],
    ['s3', PolicyStep.UNUSED, inUse.id, 20, 5],
    ['pay', PolicyStep.BUDGET, budget.id, 19, 19],
  ])
  const purchasing = await api().getSuggestionPolicies({ suggestionId: of(after, 'Purchasing').id })
  expect(purchasing.leftOut).toMatchObject([
    {
      entitlement: { entitlementId: 'approve' },
      step: PolicyStep.SEPARATION,
      policyId: fourEyes.id,
      policyDisplayName: 'Four eyes',
    },
  ])
  const told = await api().getRunPolicies({ runId: 'latest' })
  expect(
    told.effects
      .map(({ policyDisplayName, leftOutCount, refusedCount }) => [policyDisplayName, leftOutCount, refusedCount])
      .toSorted(),
  ).toEqual([
    ['Few gifts', 1, 0],
    ['Four eyes', 1, 0],
    ['In use', 1, 0],
    ['No administration', 1, 0],
  ])
  await make('Large', { case: 'sizeAndNaming', value: { fewestEntitlements: 3 } })
  const last = await suggested()
  expect(last.map(({ department }) => department)).toEqual(['Purchasing'])
  expect((await api().getRunPolicies({ runId: 'latest' })).refused).toMatchObject([
    {
      filters: [{ attribute: 'department', values: ['Sales'] }],
      cohortSize: 20,
      policyDisplayName: 'Large',
      leftOutCount: 3,
    },
  ])
})

test('accepting and making profiles is refused by the policy that does not allow it, and changes nothing', async () => {
  const sales = of(await suggested(), 'Sales')
  const purchasing = of(await suggested(), 'Purchasing')
  const accept = (id: string, createdCatalogId = '') =>
    mining().updateSuggestionState({ id, state: State.ACCEPTED, createdCatalogId })
  const profile = (displayName: string, department: string, entitlements: readonly string[]) =>
    mining().createAccessProfileFromCohort({
      displayName,
      profileFilters: [{ attribute: 'department', values: [department] }],
      entitlements: entitlements.map((id) => ({ appId: app(id).applicationId, entitlementId: id })),
    })
  await make('No administration', { case: 'protectedAccess', value: { privileged: true } })
  expect(await failureOf(accept(sales.id))).toMatch(
    /^FailedPrecondition: policy "No administration" keeps "admin" out of roles; analyse again/,
  )
  expect((await mining().getSuggestion({ id: sales.id })).suggestion?.suggestionState).toBe(State.NEW)
  expect(await failureOf(profile('P', 'Sales', ['s1', 'admin']))).toMatch(
    /policy "No administration" keeps "admin" out of roles/,
  )
  const { accessProfileId } = await profile('P', 'Sales', ['s1', 's2'])
  expect((await accept(sales.id, accessProfileId)).suggestion?.suggestionState).toBe(State.ACCEPTED)

  await make('Names', { case: 'sizeAndNaming', value: { namePattern: '^BR-' } })
  expect(await failureOf(profile('Clerks', 'Sales', ['s1', 's2']))).toMatch(
    /policy "Names" requires names that match \^BR-, which "Clerks" does not; give another name/,
  )
  // Nobody may both pay and order. One person of Sales holds both today and would still do so with this profile; nobody of Purchasing pays.
  await make('Pay or order', separation(['pay', 's1'], ['order']))
  const { accessProfileId: allowed } = await profile('BR-1', 'Purchasing', ['order', 'p1'])
  expect(allowed).not.toBe('')
  expect(await failureOf(profile('BR-2', 'Purchasing', ['order', 's1']))).toMatch(
    /policy "Pay or order" separates "s1" from other requested entitlements/,
  )
  // All of Sales hold s1 and would get `order`; u05 holds both already.
  expect(await failureOf(profile('BR-3', 'Sales', ['order', 'p1']))).toMatch(
    /policy "Pay or order" would be broken by 19 of the members, who hold something of the other set/,
  )
  expect((await accept(purchasing.id)).suggestion?.suggestionState).toBe(State.ACCEPTED)

  // A profile with a rule is checked for the people whom the rule selects.
  const byRule = (celExpression: string) =>
    mining().createAccessProfileFromCohort({
      displayName: 'BR-4',
      celExpression,
      entitlements: ['order', 'p1'].map((id) => ({ appId: app(id).applicationId, entitlementId: id })),
    })
  expect(await failureOf(byRule('subject.department == "Sales"'))).toMatch(/would be broken by 19 of the members/)
  expect(await failureOf(byRule('subject.depart'))).toMatch(/^InvalidArgument/)
  expect((await byRule('subject.department == "Purchasing"')).accessProfileId).not.toBe('')
})

test('changes of a profile by hand obey policies for what they bring, not for what stood there before', async () => {
  const catalogs = running.client(RequestCatalogManagementService, tenant)
  const profiles = running.client(ProfileService, tenant)
  const refs = (...ids: string[]) => ids.map((id) => ({ appId: app(id).applicationId, id }))
  const accessProfile = { displayName: 'Clerks' }
  const { id } = await profiles.createAccessProfile({ accessProfile, entitlements: ['s1', 'admin'].map(app) })
  const add = (...ids: string[]) => catalogs.addAppEntitlements({ catalogId: id, appEntitlements: refs(...ids) })
  const join = (...identityIds: string[]) => profiles.addAccessProfileMembers({ accessProfileId: id, identityIds })
  const given = async () =>
    (await profiles.listAccessProfileEntitlements({ accessProfileId: id })).entitlements
      .map(({ entitlementId }) => entitlementId)
      .toSorted()

  await make('No administration', { case: 'protectedAccess', value: { privileged: true } })
  await make('Approvers', {
    case: 'protectedAccess',
    value: { entitlements: [app('approve')], fromCoverageBasisPoints: 5000 },
  })
  await make('Pay or order', separation(['pay', 's1'], ['order']))
  await make('Few gifts', { case: 'overGrantBudget', value: { mostGrants: 3 } })
  await make('Size and names', { case: 'sizeAndNaming', value: { fewestMembers: 5, namePattern: '^Cl' } })
  // `admin` was in the profile before the policy.
  await add('s2')
  expect(await failureOf(add('order'))).toMatch(
    /^FailedPrecondition: policy "Pay or order" separates "(order|s1)" from other requested entitlements; leave them out/,
  )
  expect(
    await failureOf(catalogs.updateAppEntitlements({ catalogId: id, appEntitlements: refs('pay', 'order') })),
  ).toMatch(/policy "Pay or order" separates "(pay|order)"/)
  expect(await given()).toEqual(['admin', 's1', 's2'])
  await catalogs.removeAppEntitlements({ catalogId: id, appEntitlements: refs('admin') })
  expect(await failureOf(add('admin'))).toMatch(/policy "No administration" keeps "admin" out of roles/)

  // u30 of Purchasing holds `order` already and would get s1; all of Sales hold everything already.
  expect(await failureOf(join('u01', 'u30'))).toMatch(/policy "Pay or order" would be broken by 1 of the members/)
  await join('u00', 'u01')
  expect((await profiles.getAccessProfile({ accessProfileId: id })).memberCount).toBe(2)
  await add('pay')
  expect(await failureOf(add('p1', 'p2'))).toMatch(/policy "Few gifts" allows fewer grants/)
  // The required coverage is checked as soon as there are members.
  expect(await failureOf(add('approve'))).toMatch(/policy "Approvers" keeps "approve" out of roles/)
  const empty = { accessProfile: { displayName: 'Clearing' }, entitlements: [app('approve')] }
  const clearing = await profiles.createAccessProfile(empty)
  expect(
    await failureOf(profiles.addAccessProfileMembers({ accessProfileId: clearing.id, identityIds: ['u38'] })),
  ).toMatch(/policy "Approvers"/)

  const rename = (displayName: string) =>
    profiles.updateAccessProfile({ accessProfile: { id, displayName }, updateMask: { paths: ['display_name'] } })
  expect(await failureOf(rename('Sellers'))).toMatch(/policy "Size and names" requires names that match \^Cl/)
  expect((await rename('Clerks of Sales')).displayName).toBe('Clerks of Sales')
  const byRule = {
    displayName: 'Clean',
    celExpression: 'subject.department == "Purchasing"',
    automationEnabled: true,
  }
  expect(await failureOf(profiles.createAccessProfile({ accessProfile: byRule, entitlements: [app('s2')] }))).toMatch(
    /^FailedPrecondition: policy "Few gifts"/,
  )
  expect((await profiles.listAccessProfiles({})).accessProfiles.map(({ displayName }) => displayName)).toEqual([
    'Clearing',
    'Clerks of Sales',
  ])

  // The policies are checked when somebody approves a new member, since that makes the change.
  await profiles.updateAccessProfile({
    accessProfile: { id, createTasks: true },
    updateMask: { paths: ['create_tasks'] },
  })
  expect((await join('u30')).taskCount).toBe(1)
  const { id: taskId } = (await profiles.listPendingTasks({ accessProfileId: id })).pendingTasks[0]!
  const resolve = (decision: ResolvePendingTaskRequest_Decision) => profiles.resolvePendingTask({ taskId, decision })
  const { APPROVE, DECLINE } = ResolvePendingTaskRequest_Decision
  expect(await failureOf(resolve(APPROVE))).toMatch(/^FailedPrecondition: policy "Few gifts"/)
  await resolve(DECLINE)
  expect(await failureOf(catalogs.addAppEntitlements({ catalogId: taskId, appEntitlements: refs('s1') }))).toMatch(
    /^NotFound/,
  )
})

test('a policy that is made while something is accepted waits for it, or is obeyed', async () => {
  const sales = of(await suggested(), 'Sales')
  const { sql } = running.database.database
  const snapshot = await new SnapshotCache(sql).use(tenant, async (_, loaded) => loaded?.snapshot)
  if (snapshot === undefined) throw new Error('there is no snapshot')
  const protection = { case: 'protectedAccess' as const, value: { privileged: true } }
  const order: string[] = []
  let making: Promise<unknown> | undefined
  await inTenant(sql, tenant, async (scoped) => {
    await holdPolicies(scoped, tenant, snapshot)
    making = make('Later', protection).then(() => order.push('made'))
    await vi.waitFor(() => waitsForLock(1), { timeout: 300_000 })
    order.push('accepted')
  })
  await making
  expect(order).toEqual(['accepted', 'made'])
  const { id: policyId } = (await api().listPolicies({})).policies[0]!
  await api().deletePolicy({ policyId })

  const accept = () => mining().updateSuggestionState({ id: sales.id, state: State.ACCEPTED })
  let accepting: Promise<string> | undefined
  await inTenant(sql, tenant, async (scoped) => {
    await createPolicy(scoped, tenant, 'e-1', {
      displayName: 'Meanwhile',
      description: '',
      enabled: true,
      settings: { kind: 'protected_access', privileged: true, fromRiskLevel: '', fromCoverageBasisPoints: undefined },
      first: [],
      second: [],
      exceptions: [],
    })
    accepting = failureOf(accept())
    await vi.waitFor(() => waitsForLock(1), { timeout: 300_000 })
  })
  expect(await accepting).toMatch(/policy "Meanwhile" keeps "admin" out of roles/)
  expect((await mining().getSuggestion({ id: sales.id })).suggestion?.suggestionState).toBe(State.NEW)
})

test('of two changes of a profile at once, the second is compared with what the first has made of it', async () => {
  const profiles = running.client(ProfileService, tenant)
  const catalogs = running.client(RequestCatalogManagementService, tenant)
  const refs = (...ids: string[]) => ids.map((id) => ({ appId: app(id).applicationId, id }))
  const made = (...entitlements: string[]) =>
    profiles.createAccessProfile({ accessProfile: { displayName: 'Clerks' }, entitlements: entitlements.map(app) })
  const { sql } = running.database.owner
  /** Runs two changes: the first waits for the profile, the second waits for the lock behind it. */
  const inTurn = async (id: string, changes: readonly (() => Promise<unknown>)[]) => {
    const outcomes: Promise<string>[] = []
    await sql.begin(async (owner) => {
      await owner`select from access_profiles where id = ${id} for update`
      for (const change of changes) {
        const outcome = change().then(
          () => 'changed',
          (error) => String(error.rawMessage),
        )
        outcomes.push(outcome)
        await vi.waitFor(() => waitForOthers(1), { timeout: 300_000, interval: 50 })
      }
    })
    return Promise.all(outcomes)
  }
  const change = (how: 'addAppEntitlements' | 'removeAppEntitlements', id: string, entitlement: string) => () =>
    catalogs[how]({ catalogId: id, appEntitlements: refs(entitlement) })

  const both = await made('s2', 'pay', 'order')
  const empty = await made('s2')
  await make('Pay or order', separation(['pay'], ['order']))
  // The first change removes `order`, so the second one adds it.
  const again = await inTurn(both.id, [
    change('removeAppEntitlements', both.id, 'order'),
    change('addAppEntitlements', both.id, 'order'),
  ])
  expect(again).toEqual(['changed', expect.stringMatching(/policy "Pay or order" separates/)])
  // Each change alone is allowed; u25 holds `order`.
  const apart = await inTurn(empty.id, [
    change('addAppEntitlements', empty.id, 'pay'),
    () => profiles.addAccessProfileMembers({ accessProfileId: empty.id.toUpperCase(), identityIds: ['u25'] }),
  ])
  expect(apart).toEqual([
    expect.stringMatching(/changed$/),
    expect.stringMatching(/would be broken by 1 of the members/),
  ])
})

test('nobody gets both halves of a separation of duties from two profiles: one by one, at once, or by rules', async () => {
  const { sql } = running.database.database
  const profiles = running.client(ProfileService, tenant)
  const made = async (entitlement: string, more: object = {}) =>
    profiles.createAccessProfile({
      accessProfile: { displayName: `Gives ${entitlement}`, ...more },
      entitlements: [app(entitlement)],
    })
  const clerks = { celExpression: 'subject.jobTitle == "Clerk"', automationEnabled: true }
  const byRules = [await made('pay', clerks), await made('order', clerks)]
  await make('Pay or order', separation(['pay'], ['order']))
  const [pays, orders, alsoOrders] = [await made('pay'), await made('order'), await made('order')]
  const join = (accessProfileId: string) => profiles.addAccessProfileMembers({ accessProfileId, identityIds: ['u00'] })
  // By the data, u00 holds neither.
  await join(pays.id)
  const refusal =
    /policy "Pay or order" would be broken by 1 of the members, who hold something of the other set or get it from another access profile/
  expect(await failureOf(join(orders.id))).toMatch(refusal)
  const rule = { rule: { case: 'identities' as const, value: { identityIds: ['u00'] } } }
  const adHoc = { displayName: 'Asked', entitlements: [app('order')], rule }
  const checked = await api().checkCandidate({ candidate: { source: { case: 'adHoc', value: adHoc } } })
  expect(checked.freshBreaches).toMatchObject([{ policyDisplayName: 'Pay or order', identityIds: ['u00'] }])
  await profiles.deleteAccessProfile({ accessProfileId: pays.id })

  // Two changes at once, as by two processes: the second waits and then sees the result of the first.
  const again = await made('pay')
  const snapshots = new SnapshotCache(sql)
  const { promise: seen, resolve: goOn } = Promise.withResolvers<void>()
  const joins = (profileId: string, then: () => Promise<void>) =>
    snapshots.use(tenant, async (scoped, loaded) => {
      const change = () => addProfileMembers(scoped, tenant, profileId, ['u00'])
      await changeUnderPolicies(scoped, { tenantId: tenant, snapshot: loaded?.snapshot, profileId, change })
      await then()
    })
  await snapshots.use(tenant, async () => {})
  const { promise: gave, resolve: given } = Promise.withResolvers<void>()
  const first = joins(again.id, () => {
    given()
    return seen
  })
  await gave
  const second = joins(alsoOrders.id, async () => {}).then(
    () => 'joined',
    (error: Error) => error.message,
  )
  await vi.waitFor(() => waitsForLock(1), { timeout: 300_000 })
  goOn()
  await first
  expect(await second).toMatch(/get it from another access profile/)
  await profiles.deleteAccessProfile({ accessProfileId: again.id })

  // The rules of two profiles select a new person at one load: one profile gets that person, the other says why it does not.
  await prepareQueues(running.database.ownerUrl, queues)
  const [head, ...rows] = files['identities.csv'].split('\n')
  const identities = [`${head},job_title`, ...rows.map((row) => `${row},${row.startsWith('u00') ? 'Clerk' : ''}`)]
  await importFiles(sql, tenant, { ...files, 'identities.csv': identities.join('\n') })
  const work = membershipWork({ sql, snapshots, threads: 1, breaker: defaultCircuitBreaker, onApplied: () => {} })
  for (let times = 0; times < 2; times++) {
    await attemptOnce(work, { tenantId: tenant })
    const after = await Promise.all(
      byRules
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .map(({ id }) => profiles.getAccessProfile({ accessProfileId: id })),
    )
    expect(after.map(({ memberCount }) => memberCount)).toEqual([1, 0])
    expect(after.map(({ automationError }) => automationError)).toEqual([
      '',
      'policy "Pay or order" keeps out 1 person whom the rule selects: they hold something of the other set, or get it from another access profile',
    ])
  }
})

/** Sessions of the database that wait for a lock of another session. */
async function waitForOthers(count: number) {
  const [{ waiting }] = await running.database.owner.sql<[{ waiting: number }]>`
    select count(*)::integer as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  expect(waiting).toBe(count)
}

async function waitsForLock(count: number) {
  const [{ waiting }] = await running.database.owner.sql<[{ waiting: number }]>`
    select count(*)::integer as waiting from pg_locks
    where locktype = 'advisory' and not granted and objid = ${tenant}
      and database = (select oid from pg_database where datname = current_database())`
  expect(waiting).toBe(count)
}

test('a candidate is checked as it stands: what would be left out, who would newly break a policy, and the name', async () => {
  await make('No administration', { case: 'protectedAccess', value: { privileged: true } })
  const apart = await make('Pay or order', separation(['pay', 's1'], ['order']))
  const names = await make('Names', { case: 'sizeAndNaming', value: { namePattern: '^BR-' } })
  const sales = { attribute: 'department', values: ['Sales'] }
  const candidate = (...ids: string[]) => ({
    source: {
      case: 'adHoc' as const,
      value: {
        entitlements: ids.map(app),
        rule: { rule: { case: 'filters' as const, value: { filters: [sales] } } },
      },
    },
  })
  expect(
    await api().checkCandidate({ candidate: candidate('order', 'admin', 's2'), displayName: 'Clerks' }),
  ).toMatchObject({
    isAllowed: false,
    memberCount: 20,
    keptEntitlementCount: 2,
    leftOutCount: 1,
    leftOut: [{ entitlement: { entitlementId: 'admin' }, step: PolicyStep.PROTECTED, heldCount: 20 }],
    misnamedPolicyId: names.id,
    freshBreaches: [{ policyId: apart.id, identityCount: 19 }],
  })
  expect(await api().checkCandidate({ candidate: candidate('s1', 's2') })).toMatchObject({
    isAllowed: true,
    keptEntitlementCount: 2,
    leftOut: [],
    freshBreaches: [],
  })
  expect(await failureOf(api().checkCandidate({}))).toMatch(/^InvalidArgument: candidate: is required/)
})

test('breaches are listed by policy and by person, exceptions honoured, page by page, and as files', async () => {
  const both = await make('Pay or order', separation(['pay', 's1'], ['order']))
  const unused = await make('In use', { case: 'unusedAccess', value: { days: 90 } })
  const twice = await make('Order or approve', separation(['order'], ['approve']))
  const all = async (request: object = {}, pageSize = 7) => {
    const found = []
    let pageToken = ''
    do {
      const page = await api().listBreaches({ ...request, pageSize, pageToken })
      found.push(...page.breaches)
      pageToken = page.nextPageToken
    } while (pageToken !== '')
    return found
  }
  expect(await all({ policyId: both.id })).toMatchObject([
    {
      identityId: 'u05',
      severity: Severity.HIGH,
      first: [{ entitlementId: 's1' }, { entitlementId: 'pay' }].map((one) => expect.objectContaining(one)),
      firstCount: 2,
      second: [{ entitlementId: 'order' }],
      entitlementNames: [
        { applicationDisplayName: 'CRM', entitlementId: 's1', displayName: 'S1' },
        { applicationDisplayName: 'ERP', entitlementId: 'pay', displayName: 'Pay' },
        { applicationDisplayName: 'ERP', entitlementId: 'order', displayName: 'Order' },
      ],
    },
  ])
  expect((await all({ policyId: twice.id })).map(({ identityId }) => identityId)).toEqual(
    people.slice(20, 38).map(({ id }) => id),
  )
  const removable = await all({ policyId: unused.id })
  expect(
    removable.map(({ identityId, first, lastUsedDay }) => [identityId, first[0]!.entitlementId, lastUsedDay]),
  ).toEqual(people.slice(0, 15).map(({ id }) => [id, 's3', '2025-01-01']))
  const everything = await all()
  expect(everything).toHaveLength(1 + 18 + 15)
  expect(await all({}, 100)).toEqual(everything)
  expect((await all({ identityId: 'u05' })).map(({ policyDisplayName }) => policyDisplayName).toSorted()).toEqual([
    'In use',
    'Pay or order',
  ])
  // The same breaches, by SQL.
  const { owner } = running.database
  const rows = await owner.sql<{ id: string }[]>`
    select i.id from identities i where i.tenant_id = ${tenant} and exists (
      select from grants g join entitlements e on e.tenant_id = g.tenant_id and e.key = g.entitlement_key
      where g.tenant_id = i.tenant_id and g.identity_key = i.key and e.id = 'order') and exists (
      select from grants g join entitlements e on e.tenant_id = g.tenant_id and e.key = g.entitlement_key
      where g.tenant_id = i.tenant_id and g.identity_key = i.key and e.id = 'approve') order by i.key`
  expect(rows.map(({ id }) => id)).toEqual((await all({ policyId: twice.id })).map(({ identityId }) => identityId))

  const file = async (format: Format) => {
    const pieces: Uint8Array[] = []
    for await (const { data } of api().exportBreaches({ policyId: both.id, format })) pieces.push(data)
    return Buffer.concat(pieces).toString()
  }
  expect(await file(Format.UNSPECIFIED)).toBe(
    [
      'policy_id,policy,severity,identity_id,identity,first,second,last_used_day\r\n',
      `${both.id},Pay or order,high,u05,Person u05,crm s1; erp pay,erp order,\r\n`,
    ].join(''),
  )
  expect(JSON.parse(await file(Format.NDJSON))).toMatchObject({
    policyDisplayName: 'Pay or order',
    identityId: 'u05',
    severity: 'SEVERITY_HIGH',
  })

  const page = await api().listBreaches({ pageSize: 1 })
  const expireTime = timestampFromDate(new Date(Date.now() + 86_400_000))
  await api().updatePolicy({
    policy: {
      id: both.id,
      rule: separation(['pay', 's1'], ['order'], {
        exceptions: [{ identityId: 'u05', expireTime, reason: 'until the new clerk comes' }],
      }),
    },
  })
  expect(await all({ policyId: both.id })).toEqual([])
  expect(await failureOf(api().listBreaches({ pageSize: 1, pageToken: page.nextPageToken }))).toMatch(
    /^Aborted: the access data or the policies have changed/,
  )
  expect(await failureOf(api().listBreaches({ identityId: 'nobody' }))).toBe(
    'NotFound: identity "nobody" does not exist',
  )
})

test('a policy that names what is gone says so, stays in force for the rest, and can be changed', async () => {
  const made = await make('Four eyes', separation(['order', 'pay'], ['approve']))
  const without = (text: string) =>
    text
      .split('\n')
      .filter((line) => !/\bpay\b/.test(line))
      .join('\n')
  await importFiles(running.database.database.sql, tenant, {
    ...files,
    'entitlements.csv': without(files['entitlements.csv']),
    'grants.csv': without(files['grants.csv']),
  })
  expect(await api().getPolicy({ policyId: made.id })).toMatchObject({ entitlementCount: 3, goneEntitlementCount: 1 })
  const changed = await api().updatePolicy({ policy: { ...made, etag: '', displayName: 'Four eyes see more' } })
  expect(changed).toMatchObject({ displayName: 'Four eyes see more', entitlementCount: 3, goneEntitlementCount: 1 })
  expect(of(await suggested(), 'Purchasing').entitlements).toEqual(['order', 'p1', 'p2', 'p3'])
})

test('changes of policies are entries of the ledger, and another tenant sees no policy', async () => {
  const made = await make('Four eyes', separation(['order'], ['approve']))
  await api().updatePolicy({ policy: { id: made.id, disabled: true } })
  await api().deletePolicy({ policyId: made.id })
  const kinds = await inTenant(
    running.database.database.sql,
    tenant,
    (sql) => sql<{ content: string }[]>`select content from ledger_entries where kind like 'policy.%'`,
  )
  expect(kinds.map(({ content }) => JSON.parse(content).kind).toSorted()).toEqual([
    'policy.create',
    'policy.delete',
    'policy.update',
  ])
  const mine = await make('Mine', separation(['order'], ['approve']))
  const other = running.client(PolicyService, await running.database.tenantId())
  expect(await failureOf(other.getPolicy({ policyId: mine.id }))).toMatch(/^NotFound/)
  expect(await failureOf(other.listBreaches({ policyId: mine.id }))).toMatch(/^NotFound/)
  expect((await other.listPolicies({})).policies).toEqual([])
})

test('an entitlement that is gone does not count among those that are protected', async () => {
  const all = [...departments.Sales, ...departments.Purchasing]
  const named = all.filter((id) => id !== 's1')
  const made = await make('Nearly all', { case: 'protectedAccess', value: { entitlements: named.map(app) } })
  const lines = (name: 'entitlements.csv' | 'grants.csv') =>
    files[name].split('\n').filter((line) => !/,s2(,|$)/.test(line))
  await importFiles(running.database.database.sql, tenant, {
    ...files,
    'entitlements.csv': lines('entitlements.csv').join('\n'),
    'grants.csv': lines('grants.csv').join('\n'),
  })
  const policy = { ...(await api().getPolicy({ policyId: made.id })), description: 'All but one' }
  expect(await api().updatePolicy({ policy })).toMatchObject({ goneEntitlementCount: 1, description: 'All but one' })
})

test('of two that take one name at a time, one is told that it is taken', async () => {
  const protecting = (id: string): Rule => ({ case: 'protectedAccess', value: { entitlements: [app(id)] } })
  const both = await Promise.all([make('One', protecting('s1')), make('Other', protecting('s2'))])
  const outcomes = await Promise.all(
    both.map(({ id }) =>
      api()
        .updatePolicy({ policy: { id, displayName: 'Same' }, updateMask: { paths: ['display_name'] } })
        .then(
          () => 'changed',
          (error) => String(error.rawMessage),
        ),
    ),
  )
  expect(outcomes.toSorted()).toEqual([expect.stringMatching(/^a policy named "Same" exists already/), 'changed'])
})

test('a preview says what an analysis under the policy would do, and leaves nothing behind', async () => {
  const before = await suggested()
  const rule: Rule = { case: 'protectedAccess', value: { entitlements: [app('s1')] } }
  const preview = await api().previewPolicy({ policy: { rule } })
  expect(preview).toMatchObject({ suggestionCount: before.length, cutCount: 1, refusedCount: 0, leftOutCount: 1 })
  expect(preview.candidates).toMatchObject([{ suggestionId: of(before, 'Sales').id, leftOutCount: 1, refused: false }])
  expect((await api().listPolicies({})).policies).toEqual([])
  await make('Protected', rule)
  const after = await suggested()
  const cut = of(before, 'Sales').entitlements.filter((one) => one !== 's1')
  expect(of(after, 'Sales').entitlements).toEqual(cut)
})
