import { listAttributes } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { documentQuery, orderColumn } from '@assay/search-criteria'
import { callerShaped, type Fragment, onlyRow, type TenantSql, withTimeLimit } from '@assay/store'
import { limitSearch, type ReadSearch, searchTooLong } from './find-documents.ts'

/** An aggregation over all matching documents. */
export type Aggregation =
  /** The most frequent values of a field. */
  | { readonly kind: 'terms'; readonly field: string; readonly size: number; readonly least: number }
  /** The number of documents with a value, or of different values. */
  | { readonly kind: 'count'; readonly field: string; readonly isDistinct: boolean }

/** A value of a field, and the number of documents with it. */
interface Bucket {
  readonly key: string | number | boolean
  readonly count: number
}

/** Counts by value, the most frequent first, then by value. @throws invalid_argument for a field without a single value */
export async function countByValue(
  sql: TenantSql,
  read: ReadSearch,
  { field, size, least }: Aggregation & { readonly kind: 'terms' },
): Promise<Bucket[]> {
  const { values } = await valuesOf(sql, read, field)
  if (values === undefined) return []
  return withTimeLimit(
    sql<Bucket[]>`
      ${values} select value as key, count(*)::float8 as count from found where value is not null
      group by value having count(*) >= ${least}::integer order by count(*) desc, value limit ${size}`,
    searchTooLong,
  )
}

export async function countValues(
  sql: TenantSql,
  read: ReadSearch,
  { field, isDistinct }: Aggregation & { readonly kind: 'count' },
): Promise<number> {
  const { values } = await valuesOf(sql, read, field)
  if (values === undefined) return 0
  const { count } = onlyRow(
    await withTimeLimit(
      sql<{ count: number }[]>`
      ${values} select count(${isDistinct ? sql`distinct` : sql``} value)::float8 as count from found`,
      searchTooLong,
    ),
  )
  return count
}

/**
 * The start of a query in which `found` has the `value` of each document; undefined when there are no documents. It is wrapped in an
 * object, because awaiting a fragment would run it as a query.
 */
async function valuesOf(
  sql: TenantSql,
  { search, criteria }: ReadSearch,
  field: string,
): Promise<{ readonly values: Fragment | undefined }> {
  if (criteria.size === 0) return { values: undefined }
  const lists = await listAttributes(sql)
  const arms = [...criteria].flatMap(([kind, stated]) => {
    const column = orderColumn(sql, kind, field, lists)
    return column === undefined ? [] : [{ ...documentQuery(sql, kind, stated, lists, [field]), column }]
  })
  if (arms.length === 0) {
    throw invalidArgument('aggregations', `"${field}" is no single value of ${search.kinds.join(', ')}`)
  }
  await limitSearch(sql, criteria)
  const rows = arms.map(({ from, condition, column }) => {
    const value = column.type === 'text' ? sql`(${column.is}) collate "C"` : column.is
    return sql`select ${value} as value from ${from} where ${condition}`
  })
  const values = callerShaped(sql`
    with ${arms.map(({ tables }) => tables)}
      found as (${rows.flatMap((row, at) => (at === 0 ? [row] : [sql`union all`, row]))})`)
  return { values }
}
