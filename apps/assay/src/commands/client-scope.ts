import { bindApiClient, lockApiClient } from '@assay/auth'
import { putReaderScope, readerScopes, removeReaderScope, type ScopeConditions } from '@assay/directory'
import { recordEntry } from '@assay/ledger'
import { inTenant, type Sql } from '@assay/store'

/**
 * Binds a client to a scope, or changes the one that it is bound to, in one transaction with its entry in the ledger.
 * @returns how many people the scope has in the data in force
 * @throws not_found for the client; invalid_argument for a scope that is empty, contradicts itself or names what does not exist
 */
export function bindClientToScope(
  ownerSql: Sql,
  tenantId: number,
  clientId: string,
  conditions: ScopeConditions,
): Promise<number> {
  return inTenant(ownerSql, tenantId, async (sql) => {
    const { readerScope } = await lockApiClient(sql, tenantId, clientId)
    const before = readerScope === undefined ? undefined : (await readerScopes(sql, tenantId)).get(readerScope)
    const { id, people } = await putReaderScope(sql, tenantId, readerScope, conditions)
    await bindApiClient(sql, tenantId, clientId, id)
    await recordEntry(sql, {
      kind: 'client.scope',
      subject: { type: 'client', id: clientId },
      ...(before !== undefined && { before }),
      after: conditions,
      ...(conditions.managerId !== undefined && { people: [conditions.managerId] }),
    })
    return people
  })
}

/**
 * Lets a client see all of its tenant again. Twice is once.
 * @throws not_found for the client
 */
export function freeClient(ownerSql: Sql, tenantId: number, clientId: string): Promise<void> {
  return inTenant(ownerSql, tenantId, async (sql) => {
    const { readerScope } = await lockApiClient(sql, tenantId, clientId)
    if (readerScope === undefined) return
    const before = (await readerScopes(sql, tenantId)).get(readerScope)
    await bindApiClient(sql, tenantId, clientId, undefined)
    await removeReaderScope(sql, tenantId, readerScope)
    await recordEntry(sql, { kind: 'client.scope', subject: { type: 'client', id: clientId }, before })
  })
}

/** The scope that a client is bound to; undefined: it sees all. @throws not_found for the client */
export function scopeOfClient(ownerSql: Sql, tenantId: number, clientId: string): Promise<ScopeConditions | undefined> {
  return inTenant(ownerSql, tenantId, async (sql) => {
    const { readerScope } = await lockApiClient(sql, tenantId, clientId)
    return readerScope === undefined ? undefined : (await readerScopes(sql, tenantId)).get(readerScope)
  })
}

/** `department is Sales or Marketing, below or at 17, in crm` */
export function scopeInWords({ filters, managerId, applicationIds }: ScopeConditions): string {
  return [
    ...filters.map(({ attribute, values }) => `${attribute} is ${values.join(' or ')}`),
    ...(managerId === undefined ? [] : [`${managerId} and everybody below`]),
    ...(applicationIds.length === 0 ? [] : [`applications ${applicationIds.join(', ')}`]),
  ].join('; ')
}
