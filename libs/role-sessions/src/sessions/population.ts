import type { TenantSql } from '@assay/store'
import type { SessionScope } from '../session.ts'

/** Who is looked at. */
export interface Population {
  /** Keys of identities; undefined: every enabled identity. */
  readonly keys: number[] | undefined
  readonly count: number
}

/** The enabled identities of a scope, as they are now. */
export async function populationOf(sql: TenantSql, { identityIds }: SessionScope): Promise<Population> {
  if (identityIds.length === 0) {
    const [{ count }] = await sql<[{ count: number }]>`
      select count(*)::integer as count from identities where status = 'enabled'`
    return { keys: undefined, count }
  }
  const rows = await sql<{ key: number }[]>`
    select key from identities where id = any(${[...identityIds]}::text[]) and status = 'enabled' order by key`
  return { keys: rows.map(({ key }) => key), count: rows.length }
}
