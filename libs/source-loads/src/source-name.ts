import type { TenantSql } from '@assay/store'

/** The name of a source by its number; undefined for one that is deleted. */
export async function sourceName(sql: TenantSql, sourceKey: number): Promise<string | undefined> {
  const [row] = await sql<{ name: string }[]>`select name from sources where id = ${sourceKey} and retired_at is null`
  return row?.name
}

/** Locks a source until the transaction ends. Whoever changes it and its loads locks it first, so that none waits for another. */
export async function lockSource(sql: TenantSql, sourceKey: number): Promise<void> {
  await sql`select from sources where id = ${sourceKey} for no key update`
}

/** Ids of sources by their numbers, in the tenant's order, without those that are deleted. */
export async function sourceNames(sql: TenantSql, keys: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<{ id: number; name: string }[]>`
    select id, name from sources where id = any (${[...new Set(keys)]}::integer[]) and retired_at is null order by position, id`
  return new Map(rows.map(({ id, name }) => [id, name]))
}
