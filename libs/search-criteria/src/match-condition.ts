import type { Fragment, TenantSql } from '@assay/store'
import type { Bound, Match, Moment } from './criteria.ts'
import { joined } from './fragments.ts'
import { startOf } from './instants.ts'
import type { RowValue } from './row-values.ts'
import { plainPattern, textPattern } from './text-pattern.ts'
import { hasWords, wordsOf } from './words.ts'

/** A value of a row that terms search: a text, or a number or boolean for matches of that kind. */
export interface Column {
  /** Unique in its row. */
  readonly name: string
  readonly is: Fragment
  /** For a list: its values as a table `element (value)`; `is` then has all of them in one text. */
  readonly elements?: Fragment
}

/** A field that has the same value in every row. */
export function constantColumn(sql: TenantSql, name: string, value: string | number | boolean): Column {
  if (typeof value === 'boolean') return { name, is: sql`${value}::boolean` }
  return { name, is: typeof value === 'number' ? sql`${value}::float8` : sql`${value}::text` }
}

/** Whether one of the columns matches: true or false, never null. A field may have several columns, or none in this row. */
export function anyMatches(sql: TenantSql, value: RowValue, columns: readonly Column[], match: Match): Fragment {
  if (columns.length === 0) return sql`false`
  return joined(
    sql,
    'or',
    columns.map((column) => sql`coalesce(${matches(sql, value, column, match)}, false)`),
  )
}

function matches(sql: TenantSql, value: RowValue, column: Column, match: Match): Fragment {
  const { name, is, elements } = column
  if (elements !== undefined && isAboutWhole(match)) {
    const ofElement: RowValue = (_, make) => make()
    const met = matches(sql, ofElement, { name, is: sql`element.value` }, match)
    return sql`exists (select from ${elements} where ${met})`
  }
  const plain = () => value(name, () => is)
  switch (match.kind) {
    case 'boolean':
      return sql`${plain()} = ${match.value}::boolean`
    case 'exists':
      return sql`${plain()}::text <> ''`
    case 'text': {
      const run = plainPattern(match.pattern)
      if (match.isExact) {
        const [first, ...others] = match.pattern
        return typeof first === 'object' && others.length === 0
          ? sql`${plain()} = ${first.literal}::text`
          : sql`${plain()} ~ ${textPattern(match.pattern, true)}::text`
      }
      if (run === undefined) return sql`lower(${plain()}) ~ lower(${textPattern(match.pattern, false)}::text)`
      return hasWords(
        sql,
        value(`words of ${name}`, () => wordsOf(sql, is)),
        run,
      )
    }
    case 'period': {
      const start = value(`time of ${name}`, () => startOf(sql, is))
      return ends(sql, match, ({ at }, sign) => sql`${start} ${sign} to_timestamp(${at / 1000}::float8)`)
    }
    case 'range':
      return ends(sql, match, (bound, sign) => bounded(sql, plain(), bound, sign))
  }
}

/**
 * Whether the match needs a value as a whole. Then the values of a list are tested one by one; words are searched in all values
 * at once.
 */
function isAboutWhole(match: Match): boolean {
  return match.kind === 'period' || match.kind === 'range' || (match.kind === 'text' && match.isExact)
}

function ends<End extends Bound | Moment>(
  sql: TenantSql,
  { from, to }: { readonly from?: End; readonly to?: End },
  condition: (end: End, sign: Fragment) => Fragment,
): Fragment {
  return joined(sql, 'and', [
    ...(from === undefined ? [] : [condition(from, from.isIncluded ? sql`>=` : sql`>`)]),
    ...(to === undefined ? [] : [condition(to, to.isIncluded ? sql`<=` : sql`<`)]),
  ])
}

function bounded(sql: TenantSql, column: Fragment, { value }: Bound, sign: Fragment): Fragment {
  if (typeof value === 'number') return sql`${column} ${sign} ${value}::float8`
  // An empty value is in no range.
  return sql`(${column} <> '' and lower(${column}) collate "C" ${sign} lower(${value}::text))`
}
