import { callerShaped, type Fragment, type TenantSql } from '@assay/store'
import type { Comparison, Filter, FilterValue } from './filter.ts'

/**
 * The SQL of a field: an expression (of type `text[]` for a field with `ca`), or a function that makes the whole condition when one
 * expression is not enough, such as an `exists` around `comparisonCondition`.
 */
export type FilterColumn<Name extends string = string> = Fragment | ((comparison: Comparison<Name>) => Fragment)

/**
 * The filter as a condition for `where`, with all values as parameters: true for the rows that pass, false or null for the others (a
 * `coalesce` would prevent the use of indexes). `columns` have the types of their fields: text, boolean, any number, timestamptz.
 * PostgreSQL prepares a query whose filter is one comparison (see `isOneOfFew`); `callerShaped` in the store explains why it prepares no
 * others.
 */
export function filterCondition<Name extends string>(
  sql: TenantSql,
  filter: Filter<Name>,
  columns: Readonly<Record<Name, FilterColumn<Name>>>,
): Fragment {
  if (filter.kind === 'and' && filter.of.length === 0) return sql`true`
  const made = condition(sql, filter, columns)
  return isOneOfFew(filter) ? made : callerShaped(made)
}

/**
 * Whether the SQL text of a filter is one of the few texts that the list's fields and operators can give. Such a text can be prepared, and
 * no caller can fill the plan cache of another. `in` has a different text for each number of values.
 */
function isOneOfFew(filter: Filter): boolean {
  return filter.kind === 'comparison' && filter.operator !== 'in'
}

function condition<Name extends string>(
  sql: TenantSql,
  filter: Filter<Name>,
  columns: Readonly<Record<Name, FilterColumn<Name>>>,
): Fragment {
  switch (filter.kind) {
    case 'not':
      return sql`(${condition(sql, filter.of, columns)}) is not true`
    case 'and':
    case 'or': {
      const parts = filter.of.map((part) => condition(sql, part, columns))
      return joined(sql, filter.kind, parts)
    }
    case 'comparison': {
      const column = columns[filter.field]
      return typeof column === 'function' ? column(filter) : comparisonCondition(sql, filter, column)
    }
  }
}

/** One comparison with an expression of the field's type; null when the expression is null. */
export function comparisonCondition(sql: TenantSql, comparison: Comparison, column: Fragment): Fragment {
  switch (comparison.operator) {
    case 'pr':
      return sql`${column} is not null`
    case 'isnull':
      return sql`${column} is null`
    case 'eq':
      return equal(sql, column, comparison.value)
    case 'ne':
      return sql`${equal(sql, column, comparison.value)} is not true`
    case 'in':
      return joined(
        sql,
        'or',
        comparison.values.map((value) => equal(sql, column, value)),
      )
    case 'ca': {
      const lowered = (texts: Fragment) => sql`array(select lower(item) from unnest(${texts}) as item)`
      return sql`${lowered(column)} @> ${lowered(sql`${[...comparison.values]}::text[]`)}`
    }
    // Not `like`, since `%` and `_` are ordinary characters here.
    case 'sw':
      return sql`starts_with(lower(${column}), lower(${comparison.value}::text))`
    case 'co':
      return sql`position(lower(${comparison.value}::text) in lower(${column})) > 0`
    default:
      return ordered(sql, column, comparison.operator, comparison.value)
  }
}

/**
 * For a column of ids, which are equal only if all characters are: `eq`, `ne` and `in` can then use an index. Other operators compare as in
 * other columns.
 */
export function exactText<Name extends string>(sql: TenantSql, column: Fragment): FilterColumn<Name> {
  return (comparison) => {
    switch (comparison.operator) {
      case 'eq':
        return sql`${column} = ${String(comparison.value)}::text`
      case 'ne':
        return sql`${column} is distinct from ${String(comparison.value)}::text`
      case 'in':
        return sql`${column} = any(${comparison.values.map(String)}::text[])`
      default:
        return comparisonCondition(sql, comparison, column)
    }
  }
}

/** All parts in one flat fragment: nested fragments would be as deep as the filter is long. */
function joined(sql: TenantSql, word: 'and' | 'or', parts: readonly Fragment[]): Fragment {
  if (parts.length === 0) return word === 'and' ? sql`true` : sql`false`
  const between = word === 'and' ? sql`and` : sql`or`
  return sql`(${parts.flatMap((part, index) => (index === 0 ? [part] : [between, part]))})`
}

function equal(sql: TenantSql, column: Fragment, value: FilterValue): Fragment {
  if (typeof value === 'string') return sql`lower(${column}) = lower(${value}::text)`
  if (typeof value === 'number') return sql`${column} = ${value}::float8`
  if (typeof value === 'boolean') return sql`${column} = ${value}::boolean`
  return sql`(${column} >= ${value}::timestamptz and ${column} < ${nextMillisecond(value)}::timestamptz)`
}

/** Ordered by code point (`collate "C"`), so that the order does not depend on the database's locale. */
function ordered(sql: TenantSql, column: Fragment, operator: 'gt' | 'ge' | 'lt' | 'le', value: FilterValue): Fragment {
  if (value instanceof Date) return orderedInTime(sql, column, operator, value)
  const sign = { gt: sql`>`, ge: sql`>=`, lt: sql`<`, le: sql`<=` }[operator]
  if (typeof value === 'string') return sql`lower(${column}) collate "C" ${sign} lower(${value}::text)`
  return sql`${column} ${sign} ${value as number}::float8`
}

/** Rows have microseconds, answers and filters milliseconds. A filter with a time from an answer must match that row. */
function orderedInTime(sql: TenantSql, column: Fragment, operator: 'gt' | 'ge' | 'lt' | 'le', value: Date): Fragment {
  const bound = operator === 'gt' || operator === 'le' ? nextMillisecond(value) : value
  const sign = operator === 'gt' || operator === 'ge' ? sql`>=` : sql`<`
  return sql`${column} ${sign} ${bound}::timestamptz`
}

const nextMillisecond = (instant: Date) => new Date(instant.getTime() + 1)
