import { randomUUID } from 'node:crypto'
import { defineWork, type Jobs, jobs } from '@assay/jobs'
import { asJson, inTenant, type Sql, type TenantSql } from '@assay/store'
import { discoveryQueue } from '../queues.ts'
import type { SessionScope } from '../session.ts'
import { requestCalculation } from '../sessions/create-session.ts'
import { isDiscoveryOn } from './discovery-setting.ts'

const name = 'Auto-Discovered Roles'
const wholeOrganisation: SessionScope = { identityIds: [], criteria: null, attributeFilterCriteria: null }

/** The job that mines potential roles after an import. */
export function discoveryWork({ sql }: { readonly sql: Sql }) {
  return defineWork<{ tenantId: number; importId: string }, { tenantId: number }>({
    queue: discoveryQueue,
    title: 'The automatic discovery',
    longestMs: 10 * 60_000,
    takeUp: async (payload) => payload,
    run: ({ tenantId }) => inTenant(sql, tenantId, (scoped) => discoverRoles(scoped, jobs, tenantId)),
  })
}

/**
 * After an import, calculates the tenant's session of automatic discovery again, or makes this session if there is none. Its
 * name and settings stay as people changed them. Does nothing if discovery is switched off.
 */
export async function discoverRoles(sql: TenantSql, queue: Pick<Jobs, 'enqueue'>, tenantId: number): Promise<void> {
  if (!(await isDiscoveryOn(sql))) return
  // Two imports in a row must not make two sessions.
  await sql`select pg_advisory_xact_lock(hashtext('session-discovery'), ${tenantId})`
  const [waiting] = await sql`
    select from mining_sessions where scoping_method = 'AUTO_RM' and state in ('CREATED', 'UPDATED') and attempt = 0`
  if (waiting !== undefined) return
  const [renewed] = await sql<{ id: string }[]>`
    update mining_sessions set calculation = calculation + 1, state = 'UPDATED', error_message = '', completed_at = null,
      potential_role_count = potential_roles_ready_count, modified_at = now()
    where id = (select id from mining_sessions where scoping_method = 'AUTO_RM' order by created_at, id limit 1)
    returning id`
  const id = renewed?.id ?? (await makeSession(sql, tenantId))
  await requestCalculation(sql, queue, tenantId, id)
}

async function makeSession(sql: TenantSql, tenantId: number): Promise<string> {
  const id = randomUUID()
  await sql`
    insert into mining_sessions (tenant_id, id, name, type, scoping_method, scope, min_identities)
    values (${tenantId}, ${id}, ${name}, 'SPECIALIZED', 'AUTO_RM', ${asJson(sql, wholeOrganisation)}, 20)`
  return id
}
