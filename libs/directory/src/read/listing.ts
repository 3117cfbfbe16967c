import type { TenantSql } from '@assay/store'
import { orderText } from '../import/cells.ts'

/** Which part of a list. */
export interface Page<Position> {
  readonly size: number
  /** Where the page before ended. */
  readonly after?: Position | undefined
}

/** The end of a page in a list by name: the name as it is ordered, then the key. */
export type NamePosition = readonly [nameOrder: string, key: number]

/** After every text that begins with the prefix: the last code point there is, which no name begins to use. */
const last = '\u{10FFFF}'

/**
 * The condition that a column of lower-case text begins with a prefix, as a range: under row level security `like` would
 * not use the index, since it is not leakproof.
 */
export function beginsWith(sql: TenantSql, column: string, prefix: string) {
  const from = orderText(prefix)
  return sql`(${sql(column)} >= ${from} and ${sql(column)} < ${from + last})`
}

/** One row more was asked for than a page holds: it tells whether there is a next page. */
export function pageOf<Row extends { readonly nameOrder: string; readonly key: number }>(
  rows: readonly Row[],
  size: number,
): { rows: readonly Row[]; last: NamePosition | undefined } {
  const shown = rows.slice(0, size)
  const end = rows.length > size ? shown.at(-1) : undefined
  return { rows: shown, last: end && [end.nameOrder, end.key] }
}
