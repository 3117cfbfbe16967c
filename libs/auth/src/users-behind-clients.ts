import type { TenantSql } from '@assay/store'
import { userIdOfClient } from './client-user.ts'

/**
 * The user id under which each of some API clients acts: the identity that it acts for, or its own. For services, which may not
 * look at clients.
 * @param ids client ids, or the user ids of clients that act for themselves
 * @returns by the id that was given; ids of no client of the tenant, and of clients that were revoked, are left out
 */
export async function usersBehindClients(sql: TenantSql, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<{ given: string; clientId: string; identityId: string | null }[]>`
    select given_id as given, client_id as "clientId", identity_id as "identityId"
    from users_behind_clients(${[...ids]}::text[])`
  return new Map(rows.map(({ given, clientId, identityId }) => [given, identityId ?? userIdOfClient(clientId)]))
}
