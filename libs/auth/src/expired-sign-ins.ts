import type { Sql } from '@assay/store'

interface RemovalOptions {
  /** The most rows of each table in one transaction; default 500. */
  readonly most?: number
  readonly signal?: AbortSignal
  readonly onRemoved?: (table: string, rows: number) => void
}

/**
 * Removes expired rows of all tenants: links, sessions of the console, used assertions and states, counts of calls. Gateways
 * also remove such rows when they meet them; this is for tenants that are not used. Several workers may do it at once.
 */
export async function removeExpiredSignIns(
  sql: Sql,
  { most = 500, signal, onRemoved }: RemovalOptions = {},
): Promise<void> {
  for (let mayBeMore = true; mayBeMore; ) {
    signal?.throwIfAborted()
    const rows = await sql<
      { name: string; removed: number }[]
    >`select name, removed from remove_expired_sign_ins(${most})`
    for (const { name, removed } of rows) if (removed > 0) onRemoved?.(name, removed)
    mayBeMore = rows.some(({ removed }) => removed >= most)
  }
}
