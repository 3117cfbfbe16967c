import type { Page } from '@assay/collection-query'
import { type Fragment, onlyRow, type TenantSql } from '@assay/store'

interface KeyList {
  /** The relation after `from`. */
  readonly from: Fragment
  readonly key: Fragment
  readonly condition: Fragment
  /** `order by ...`, ending with a unique column. */
  readonly order: Fragment
  readonly page: Page
  readonly wantsTotal: boolean
}

/**
 * The keys of a page in its order, and the size of the list when the caller asks for it. The caller then reads the columns of each
 * row by key, so that rows before the page cost only a look at the index.
 */
export async function listedKeys(
  sql: TenantSql,
  { from, key, condition, order, page, wantsTotal }: KeyList,
): Promise<{ readonly keys: readonly number[]; readonly total: number | undefined }> {
  const { limit, offset } = page
  const [rows, counted] = await Promise.all([
    limit === 0
      ? []
      : sql<{ key: number }[]>`
          select ${key} as key from ${from} where ${condition} ${order} limit ${limit} offset ${offset}`,
    wantsTotal ? countOf(sql, from, condition) : undefined,
  ])
  return { keys: rows.map((row) => row.key), total: counted }
}

export async function countOf(sql: TenantSql, from: Fragment, condition: Fragment): Promise<number> {
  const { count } = onlyRow(
    await sql<{ count: number }[]>`select count(*)::float8 as count from ${from} where ${condition}`,
  )
  return count
}
