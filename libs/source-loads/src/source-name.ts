import type { TenantSql } from '@assay/store'

/** The name of a source by its number; undefined for one that is deleted. */
export async function sourceName(sql: TenantSql, sourceKey: number): Promise<string | undefined> {
  const [row] = await sql<{ name: string }[]>`select name from sources where id = ${sourceKey} and retired_at is null`
  return row?.name
}
