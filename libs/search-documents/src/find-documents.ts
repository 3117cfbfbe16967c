import { listAttributes } from '@assay/directory'
import { failedPrecondition, invalidArgument, itemAt } from '@assay/errors'
import {
  type Criteria,
  type DocumentKind,
  documentQuery,
  type HeldKind,
  isHeld,
  keyColumn,
  type OrderColumn,
  orderColumn,
  parseCriteria,
  searchedSubject,
} from '@assay/search-criteria'
import { callerShaped, type Fragment, onlyRow, type TenantSql, withTimeLimit } from '@assay/store'
import type { DocumentSearch, FoundDocument } from './document-search.ts'
import { behind } from './position.ts'

/** A search holds a connection while a client waits, so its time is limited. */
const longestSearchMs = 20_000
/** Joined rows must fit into memory as a hash table. */
const workingMemory = '64MB'

/** A search whose queries are parsed for each kind of document that may match. */
export interface ReadSearch {
  readonly search: DocumentSearch
  readonly criteria: ReadonlyMap<HeldKind, readonly Criteria[]>
}

/** @throws invalid_argument for a query that cannot be parsed, or that names a field that none of the kinds has */
export function readSearch(search: DocumentSearch): ReadSearch {
  const { kinds, queries, freeText } = search
  const criteria = new Map<HeldKind, readonly Criteria[]>()
  const now = new Date()
  for (const kind of kinds) {
    const read = queries.map(({ parameter, text }) =>
      parseCriteria(text, now, searchedSubject(parameter, kind, kinds, freeText)),
    )
    if (isHeld(kind)) criteria.set(kind, read)
  }
  return { search, criteria }
}

/** The number of matching documents, regardless of the search position. Its limits apply to the rest of the transaction. */
export async function countDocuments(sql: TenantSql, { criteria }: ReadSearch): Promise<number> {
  if (criteria.size === 0) return 0
  await limitSearch(sql, criteria)
  const lists = await listAttributes(sql)
  const counts = await Promise.all(
    [...criteria].map(async ([kind, stated]) => {
      const { tables, from, condition } = documentQuery(sql, kind, stated, lists, [])
      const { count } = onlyRow(
        await withTimeLimit(
          sql<{ count: number }[]>`
          with ${tables} none as (select) select count(*)::float8 as count from ${from} where ${condition}`,
          searchTooLong,
        ),
      )
      return count
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/**
 * One page of matching documents, in order: by the sorters, documents without a value last, then by id. Its limits apply to the rest of
 * the transaction.
 * @throws invalid_argument for a sorter that no kind has, and for a position that does not fit the sorters
 */
export async function findDocuments(
  sql: TenantSql,
  { search, criteria }: ReadSearch,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<FoundDocument[]> {
  const lists = await listAttributes(sql)
  const { kinds, sort, after } = search
  const order = sort.length === 0 ? [{ field: 'id', isDescending: false }] : sort
  const fields = order.map(({ field }) => field)
  const columns = new Map(
    [...criteria.keys()].map((kind) => [kind, fields.map((field) => orderColumn(sql, kind, field, lists))] as const),
  )
  const types = order.map(({ field }, at) => typeOf(field, at, kinds, columns))
  const bounds = after && behind(sql, order, types, after)
  if (criteria.size === 0 || limit === 0) return []
  await limitSearch(sql, criteria)
  const directions = order.map(({ field, isDescending }, at) => {
    // Every document has an id. Without `nulls last` the order is that of the index on it.
    const down = field === 'id' ? sql`desc` : sql`desc nulls last`
    return sql`${sql(`s${at}`)} ${isDescending ? down : sql`asc`}`
  })
  const ties = fields.includes('id') ? sql`` : sql`, id`
  const terms = sql`${directions.flatMap((term, at) => (at === 0 ? [term] : [sql`,`, term]))} ${ties}`
  const arms = [...criteria].map(([kind, stated]) => {
    const { tables, from, condition } = documentQuery(sql, kind, stated, lists, fields)
    const values = (columns.get(kind) ?? []).map(
      (column, at) => sql`${ordered(sql, column, itemAt(types, at), itemAt(fields, at))} as ${sql(`s${at}`)}`,
    )
    const rows = sql`
      select ${kind}::text as kind, ${keyColumn(sql, kind)} as key, ${keyColumn(sql, kind, 'id')} as id, ${listOf(sql, values)}
      from ${from} where ${condition}`
    return { tables, rows }
  })
  const each = arms.map(
    ({ rows }) => sql`
    (select * from (${rows}) found where ${bounds ?? sql`true`} order by ${terms}, key limit ${limit + offset})`,
  )
  const query = sql<FoundDocument[]>`
    with ${arms.map(({ tables }) => tables)} none as (select)
    select kind, key from (${unionOf(sql, each)}) found order by ${terms}, kind, key limit ${limit} offset ${offset}`
  return withTimeLimit(query, searchTooLong)
}

function typeOf(
  field: string,
  at: number,
  kinds: readonly DocumentKind[],
  columns: ReadonlyMap<HeldKind, readonly (OrderColumn | undefined)[]>,
): OrderColumn['type'] {
  const known = [...columns.values()].flatMap((ofKind) => ofKind[at] ?? [])
  const [first] = known
  if (first !== undefined) return first.type
  // Without documents the order does not matter, so any field name is accepted.
  if (columns.size === 0 && /^[\w.]+$/.test(field)) return 'text'
  throw invalidArgument('sort', `"${field}" is no single value of ${kinds.join(', ')}`)
}

/** Texts are in the order of code points, except ids, whose order is that of their index. */
function ordered(sql: TenantSql, column: OrderColumn | undefined, type: OrderColumn['type'], field: string): Fragment {
  if (type !== 'text')
    return column === undefined ? sql`null::${sql.unsafe(type === 'number' ? 'float8' : 'boolean')}` : column.is
  if (column === undefined) return sql`null::text collate "C"`
  return field === 'id' ? column.is : sql`(${column.is}) collate "C"`
}

/** Applies to the rest of the transaction. */
export async function limitSearch(sql: TenantSql, criteria: ReadSearch['criteria']): Promise<void> {
  const isPlain = [...criteria.values()].every((stated) => stated.length === 0)
  // The planner cannot estimate how many rows pass a condition, and may read a whole list again for each row.
  const nestedLoops = isPlain ? sql`` : sql`, set_config('enable_nestloop', 'off', true)`
  await sql`
    select set_config('work_mem', ${workingMemory}, true),
      set_config('statement_timeout', ${String(longestSearchMs)}, true) ${nestedLoops}`
}

function listOf(sql: TenantSql, parts: readonly Fragment[]): Fragment {
  return sql`${parts.flatMap((part, at) => (at === 0 ? [part] : [sql`,`, part]))}`
}

function unionOf(sql: TenantSql, arms: readonly Fragment[]): Fragment {
  return callerShaped(sql`${arms.flatMap((arm, at) => (at === 0 ? [arm] : [sql`union all`, arm]))}`)
}

export function searchTooLong(cause: unknown) {
  return failedPrecondition('The search took longer than it may; ask for fewer terms or values', {
    reason: 'SEARCH_TOO_LONG',
    cause,
  })
}
