import { importInForce } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import type { ComposedSource } from '../stored-records.ts'

/** The inputs of the composition in force. */
export interface ComposedState {
  /** The import in force. */
  readonly importKey: number
  /** The day that decided which grants had ended, such as 2025-01-31. */
  readonly day: string
  /** In the tenant's order. */
  readonly sources: readonly Pick<ComposedSource, 'id' | 'name' | 'definesPeople' | 'load'>[]
  /** A hash of the links of users. */
  readonly links: string
}

export async function composedState(sql: TenantSql): Promise<ComposedState | undefined> {
  const [row] = await sql<{ composed: ComposedState | null; isInForce: boolean }[]>`
    select composed, (composed ->> 'importKey')::integer = ${importInForce(sql)} as "isInForce" from source_compositions`
  return row?.composed && row.isInForce ? row.composed : undefined
}

/** Stores the inputs of the composition, in the transaction that brings it into force. */
export async function storeComposedState(
  sql: TenantSql,
  { day, links, sources }: Omit<ComposedState, 'importKey'>,
): Promise<void> {
  const kept = sources.map(({ id, name, definesPeople, load }) => ({ id, name, definesPeople, load }))
  await sql`
    update source_compositions set composed = jsonb_build_object('importKey', ${importInForce(sql)}, 'day', ${day}::text,
      'links', ${links}::text, 'sources', ${sql.json(kept)}::jsonb)`
}

export async function linksHash(sql: TenantSql): Promise<string> {
  const [row] = await sql<{ hash: string }[]>`
    select md5(coalesce(string_agg(concat_ws(chr(31), source_id, application, account_id, identity_id), chr(30)
      order by source_id, application, account_id), '')) as hash
    from source_account_links`
  return row?.hash ?? ''
}
