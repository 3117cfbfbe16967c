import type { TenantSql } from '@assay/store'
import { userIdOfClient } from './client-user.ts'

/**
 * The user ids of API clients: the identity that the client acts for, or its own user id. For services, which have no access to
 * the tables of clients.
 * @param ids client ids, or the user ids of clients that act for themselves
 * @returns user ids by id; unknown ids and revoked clients are left out
 */
export async function usersBehindClients(sql: TenantSql, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<{ given: string; clientId: string; identityId: string | null }[]>`
    select given_id as given, client_id as "clientId", identity_id as "identityId"
    from users_behind_clients(${[...ids]}::text[])`
  return new Map(rows.map(({ given, clientId, identityId }) => [given, identityId ?? userIdOfClient(clientId)]))
}
