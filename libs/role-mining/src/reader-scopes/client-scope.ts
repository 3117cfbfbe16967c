import { bindApiClient, lockApiClient } from '@assay/auth'
import { putReaderScope, readerScopes, removeReaderScope, type ScopeConditions } from '@assay/directory'
import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Binds a client to a scope, or changes the one that it is bound to, with its entry in the ledger, in the caller's transaction.
 * @returns how many people the scope has in the data in force
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
 * Lets a client see all of its tenant again. Twice is once.
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

/** The scope that a client is bound to; undefined: it sees all. @throws not_found for the client */
export async function scopeOfClient(
  sql: TenantSql,
  tenantId: number,
  clientId: string,
): Promise<ScopeConditions | undefined> {
  const { readerScope } = await lockApiClient(sql, clientId)
  return readerScope === undefined ? undefined : (await readerScopes(sql, tenantId)).get(readerScope)
}
