import type { TenantSql } from '@assay/store'

/** The name of a source by its number; undefined for a deleted source. */
export async function sourceName(sql: TenantSql, sourceKey: number): Promise<string | undefined> {
  const [row] = await sql<{ name: string }[]>`select name from sources where id = ${sourceKey} and retired_at is null`
  return row?.name
}

/**
 * Locks a source until the transaction ends. Every change of a source and its loads locks the source first, so that no deadlock
 * occurs.
 */
export async function lockSource(sql: TenantSql, sourceKey: number): Promise<void> {
  await sql`select from sources where id = ${sourceKey} for no key update`
}

/** The ids of sources by their numbers, in the tenant's order; deleted sources are left out. */
export async function sourceNames(sql: TenantSql, keys: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<{ id: number; name: string }[]>`
    select id, name from sources where id = any (${[...new Set(keys)]}::integer[]) and retired_at is null order by position, id`
  return new Map(rows.map(({ id, name }) => [id, name]))
}
