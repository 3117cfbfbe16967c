import type { Sql } from '@assay/store'

interface RemovalOptions {
  /** Rows of each table in one transaction; default 500. */
  readonly most?: number
  readonly signal?: AbortSignal
  readonly onRemoved?: (table: string, rows: number) => void
}

/**
 * Removes what was good for a time that is over, of all tenants: links, sessions of the console, assertions and states that were used,
 * counts of calls. Gateways remove what they meet; this is for tenants that nobody uses. Several workers do it without harm.
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
