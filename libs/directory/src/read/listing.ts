import type { TenantSql } from '@assay/store'
import { orderText } from '../import/cells.ts'

/** One page of a list. */
export interface Page<Position> {
  readonly size: number
  /** The end of the previous page. */
  readonly after?: Position | undefined
}

/** The end of a page in a list by name: the name in its sort form, then the key. */
export type NamePosition = readonly [nameOrder: string, key: number]

/** Sorts after every text that begins with the prefix: the last code point of Unicode, which names do not use. */
const last = '\u{10FFFF}'

/**
 * The condition that a column of lower-case text begins with a prefix, as a range: under row level security `like` would
 * not use the index, since it is not leakproof.
 */
export function beginsWith(sql: TenantSql, column: string, prefix: string) {
  const from = orderText(prefix)
  return sql`(${sql(column)} >= ${from} and ${sql(column)} < ${from + last})`
}

/** Takes the rows of a query for one row more than a page holds; the extra row shows that there is a next page. */
export function pageOf<Row extends { readonly nameOrder: string; readonly key: number }>(
  rows: readonly Row[],
  size: number,
): { rows: readonly Row[]; last: NamePosition | undefined } {
  const shown = rows.slice(0, size)
  const end = rows.length > size ? shown.at(-1) : undefined
  return { rows: shown, last: end && [end.nameOrder, end.key] }
}
