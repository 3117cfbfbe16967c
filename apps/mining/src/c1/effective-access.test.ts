import { AppEntitlementSearchService } from '@assay/contracts/c1/api/app/v1/app_entitlement_search_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import type { AccessScopeSchema } from '@assay/contracts/c1/mcp/role_mining/v1/cohort_pb'
import { replaceAccounts } from '@assay/directory'
import { inTenant } from '@assay/store'
import type { Message, MessageInitShape } from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { analyse, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { appEntitlementSearchService } from './directory/entitlement-search-service.ts'
import { roleMiningService } from './role-mining-service.ts'

/** 40 people of a team are assigned the team and a chat; the team gives 40 repositories. 40 other people hold none of these. */
const people = Array.from({ length: 80 }, (_, i) => ({
  id: `p${i}`,
  department: i < 40 ? 'Platform' : `Other ${i % 4}`,
}))
const repositories = Array.from({ length: 40 }, (_, i) => `repo-${i}`)
const files = {
  'identities.csv': ['id,department', ...people.map(({ id, department }) => `${id},${department}`)].join('\n'),
  'entitlements.csv': ['id,application_id', 'chat,chat', 'team,git', ...repositories.map((id) => `${id},code`)].join(
    '\n',
  ),
  'grants.csv': [
    'identity_id,entitlement_id',
    ...people.slice(0, 40).flatMap(({ id }) => [`${id},team`, `${id},chat`]),
    // One person of another department is assigned one repository.
    'p40,repo-7',
  ].join('\n'),
  'memberships.csv': ['holder_entitlement_id,entitlement_id', ...repositories.map((id) => `team,${id}`)].join('\n'),
}

let running: TestService
let tenant: number

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(RoleMiningManagementService, roleMiningService(service))
    router.service(AppEntitlementSearchService, appEntitlementSearchService(service))
  })
  tenant = await running.database.tenantId('tenant')
  await importFiles(running.database.database.sql, tenant, files)
  await analyse(running.database.database.sql, tenant)
})
afterAll(() => running?.stop())

async function suggestedTo(tenantId: number) {
  const client = running.client(RoleMiningManagementService, tenantId)
  const { list } = await client.listSuggestions({})
  return list.map(({ id, cohortFilters, entitlements }) => ({
    id,
    cohort: cohortFilters.flatMap(({ values }) => values),
    entitlements: entitlements.map(({ entitlementId }) => entitlementId).sort(),
  }))
}

test('a team and its forty repositories are one entitlement of a suggestion', async () => {
  expect(await suggestedTo(tenant)).toEqual([
    { id: expect.any(String), cohort: ['Platform'], entitlements: ['chat', 'team'] },
  ])
})

test('an import that mines effective access makes forty-one of them', async () => {
  const other = await running.database.tenantId('effective')
  const { sql } = running.database.database
  await importFiles(sql, other, files, { minesEffectiveAccess: true })
  await analyse(sql, other)
  expect(await suggestedTo(other)).toEqual([
    { id: expect.any(String), cohort: ['Platform'], entitlements: ['chat', 'team', ...repositories].sort() },
  ])
})

test('an access scope keeps those who have the entitlement through the team as well', async () => {
  const client = running.client(RoleMiningManagementService, tenant)
  const { id: suggestionId } = (await suggestedTo(tenant))[0]!
  type Scope = NonNullable<Exclude<MessageInitShape<typeof AccessScopeSchema>, Message>['scope']>
  const within = async (scope: Scope) => {
    const { list: users } = await client.searchCohortUsers({
      suggestionId,
      pageSize: 100,
      accessScope: { scope },
    })
    return users.length
  }
  expect(
    await Promise.all([
      within({ case: 'entitlement', value: { appId: 'code', entitlementId: 'repo-7' } }),
      within({ case: 'appId', value: 'code' }),
      within({ case: 'entitlement', value: { appId: 'git', entitlementId: 'team' } }),
    ]),
  ).toEqual([40, 40, 40])
})

test('a search by holder finds what people have through the team as well', async () => {
  const client = running.client(RoleMiningManagementService, tenant)
  const { list: users } = await client.searchCohortUsers({
    suggestionId: (await suggestedTo(tenant))[0]!.id,
    pageSize: 1,
  })
  const search = running.client(AppEntitlementSearchService, tenant)
  const held = async (appUserIds: string[]) => {
    const { list } = await search.search({ appUserIds, pageSize: 100 })
    return list.map(({ appEntitlement }) => appEntitlement?.id ?? '').sort()
  }
  expect(await held([users[0]!.id])).toEqual(['chat', 'team', ...repositories].sort())
  expect(await held(['p40'])).toEqual(['repo-7'])
})

test('an account that a source brought has what its identity has in its application', async () => {
  await inTenant(running.database.database.sql, tenant, (sql) =>
    replaceAccounts(sql, tenant, [
      { identityId: 'p0', applicationId: 'git', id: 'GIT0', name: '', isDisabled: false },
      { identityId: 'p0', applicationId: 'code', id: 'CODE0', name: '', isDisabled: false },
    ]),
  )
  const search = running.client(AppEntitlementSearchService, tenant)
  const found = async (request: { appUserIds?: string[]; excludeAppUserIds?: string[] }) => {
    const { list } = await search.search({ ...request, pageSize: 100 })
    return list.map(({ appEntitlement }) => appEntitlement?.id ?? '').sort()
  }
  expect(await found({ appUserIds: ['GIT0'] })).toEqual(['team'])
  expect(await found({ appUserIds: ['CODE0'] })).toEqual([...repositories].sort())
  expect(await found({ excludeAppUserIds: ['CODE0'] })).toEqual(['chat', 'team'])
})
