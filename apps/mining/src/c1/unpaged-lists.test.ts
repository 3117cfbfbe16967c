import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failureOf, startTestService, type TestService } from '../testing-service.ts'
import { roleMiningService } from './role-mining-service.ts'

const count = 110
let running: TestService
let client: Client<typeof RoleMiningManagementService>

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(RoleMiningManagementService, roleMiningService(service))
  })
  const tenant = await running.database.tenantId('tenant')
  const { sql } = running.database.owner
  await sql`
    insert into role_mining_runs (tenant_id, id, status, trigger_type, trigger_detail)
    select ${tenant}, gen_random_uuid(), 'completed', 'manual', 'test' from generate_series(1, ${count})`
  await sql`
    insert into role_mining_suggestions (tenant_id, id, run_id, state, suggested_name, description, cohort_filters, search_text,
      cohort_size, entitlements, users_with_all, avg_coverage, confidence, insights, profile_matches)
    select ${tenant}, gen_random_uuid(), gen_random_uuid(), 'new', 'name', '', '[]', 'name', 5, '[]', 5, 1, 1, '[]', '[]'
    from generate_series(1, ${count})`
  await sql`
    insert into custom_analyses (tenant_id, id, status, created_by, cohort_filters, resource_scope, findings)
    select ${tenant}, gen_random_uuid(), 'completed', 'test', '[]', '{}', '{}' from generate_series(1, ${count})`
  client = running.client(RoleMiningManagementService, tenant, 'auditor')
})
afterAll(() => running?.stop())

test.each(['listSuggestions', 'listRuns', 'listCustomAnalysisResults'] as const)(
  '%s, which SDKs cannot page, gives up to 100 unless a size is asked for, and the rest behind its token',
  async (call) => {
    const list = (request: { pageSize?: number; pageToken?: string }) =>
      client[call](request) as Promise<{ list: { id: string }[]; nextPageToken: string }>
    const first = await list({})
    expect(first.list).toHaveLength(100)
    const rest = await list({ pageToken: first.nextPageToken })
    expect([rest.list.length, rest.nextPageToken]).toEqual([count - 100, ''])
    expect(new Set([...first.list, ...rest.list].map(({ id }) => id)).size).toBe(count)
    expect((await list({ pageSize: 25 })).list).toHaveLength(25)
    expect((await list({ pageSize: 1000 })).list).toHaveLength(100)
    expect(await failureOf(list({ pageSize: -1 }))).toMatch(/^InvalidArgument: page_size/)
  },
)
