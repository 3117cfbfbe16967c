import type { Page } from '@assay/collection-query'
import { type Fragment, onlyRow, type TenantSql } from '@assay/store'

interface KeyList {
  /** What stands after `from`. */
  readonly from: Fragment
  readonly key: Fragment
  readonly condition: Fragment
  /** `order by ...`, ending with something unique. */
  readonly order: Fragment
  readonly page: Page
  readonly wantsTotal: boolean
}

/**
 * The keys of a page in its order, and the size of the list when it is wanted. What a page says of each row is read by key
 * afterwards: rows that are passed over cost a look at the index and no more.
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
