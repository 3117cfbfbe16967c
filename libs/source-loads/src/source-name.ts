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
