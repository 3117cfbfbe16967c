import { bindApiClient, lockApiClient } from '@assay/auth'
import { putReaderScope, readerScopes, removeReaderScope, type ScopeConditions } from '@assay/directory'
import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Binds a client to a scope, or changes its scope, and records the entry of the ledger, in the caller's transaction.
 * @returns the number of people of the scope in the data in force
 * @throws not_found for the client; invalid_argument for a scope that is empty, contradicts itself or names what does not exist
 */
export async function bindClientToScope(
  sql: TenantSql,
  tenantId: number,
  clientId: string,
  conditions: ScopeConditions,
): Promise<number> {
  const { readerScope } = await lockApiClient(sql, clientId)
  const before = readerScope === undefined ? undefined : (await readerScopes(sql, tenantId)).get(readerScope)
  const { id, people } = await putReaderScope(sql, tenantId, readerScope, conditions)
  await bindApiClient(sql, clientId, id)
  await recordEntry(sql, {
    kind: 'client.scope',
    subject: { type: 'client', id: clientId },
    ...(before !== undefined && { before }),
    after: conditions,
    ...(conditions.managerId !== undefined && { people: [conditions.managerId] }),
  })
  return people
}

/**
 * Removes the scope of a client, so that it sees all of its tenant again. Calling it twice has the same effect as calling it once.
 * @throws not_found for the client
 */
export async function freeClient(sql: TenantSql, tenantId: number, clientId: string): Promise<void> {
  const { readerScope } = await lockApiClient(sql, clientId)
  if (readerScope === undefined) return
  const before = (await readerScopes(sql, tenantId)).get(readerScope)
  await bindApiClient(sql, clientId, undefined)
  await removeReaderScope(sql, tenantId, readerScope)
  await recordEntry(sql, { kind: 'client.scope', subject: { type: 'client', id: clientId }, before })
}

/** The scope of a client; undefined when it sees all of its tenant. @throws not_found for the client */
export async function scopeOfClient(
  sql: TenantSql,
  tenantId: number,
  clientId: string,
): Promise<ScopeConditions | undefined> {
  const { readerScope } = await lockApiClient(sql, clientId)
  return readerScope === undefined ? undefined : (await readerScopes(sql, tenantId)).get(readerScope)
}
