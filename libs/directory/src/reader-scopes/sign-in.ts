import { type Sql, withDomainErrors } from '@assay/store'
import { orderText } from '../import/cells.ts'

/**
 * The id of the identity that signs in, before any tenant is in scope; undefined when no identity matches, and for a mail address
 * that several identities have. For the gateway.
 */
export async function identityNamedBy(
  sql: Sql,
  tenantId: number,
  by: 'id' | 'mail',
  value: string,
): Promise<string | undefined> {
  const named = by === 'mail' ? orderText(value) : value
  const [row] = await withDomainErrors(sql<{ id: string | null }[]>`
    select identity_named_by(${tenantId}, ${by}, ${named}) as id`)
  return row?.id ?? undefined
}

/**
 * The scope of all people who are in at least one of the scopes; undefined when no single scope expresses that, because the scopes
 * have different people in different applications. For the gateway.
 */
export async function combineReaderScopes(
  sql: Sql,
  tenantId: number,
  scopeIds: readonly string[],
): Promise<string | undefined> {
  const [row] = await withDomainErrors(sql<{ id: string | null }[]>`
    select combine_reader_scopes(${tenantId}, ${[...scopeIds]}::uuid[]) as id`)
  return row?.id ?? undefined
}
