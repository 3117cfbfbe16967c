import { invalidArgument, itemAt } from '@assay/errors'
import type { FieldType } from '@assay/search-criteria'
import type { Fragment, TenantSql } from '@assay/store'
import type { DocumentSorter, PositionValue } from './document-search.ts'

/**
 * The condition that a row with the sorted values `s0`, `s1` ... is strictly after a position. Values of numbers and booleans may be
 * texts, which some clients send.
 * @throws invalid_argument when the number of values differs from the number of sorters, and for a value of the wrong type
 */
export function behind(
  sql: TenantSql,
  order: readonly DocumentSorter[],
  types: readonly FieldType[],
  after: readonly PositionValue[],
): Fragment {
  if (after.length !== order.length) {
    throw invalidArgument('searchAfter', `has ${after.length} values; give one for each of the ${order.length} sorters`)
  }
  const values = after.map((value, at) => comparable(sql, value, itemAt(types, at), `searchAfter[${at}]`))
  const ways = order.map((sorter, at) => {
    const equal = values.slice(0, at).map((value, before) => sql`${column(sql, before)} = ${value} and`)
    const sign = sorter.isDescending ? sql`<` : sql`>`
    return sql`(${equal.length === 0 ? sql`` : equal} (${column(sql, at)} ${sign} ${itemAt(values, at)} ${orMissing(sql, sorter, at)}))`
  })
  return sql`(${ways.flatMap((way, at) => (at === 0 ? [way] : [sql`or`, way]))})`
}

const column = (sql: TenantSql, at: number) => sql`${sql(`found.s${at}`)}`

/** Rows without a value come last. Every row has an id, so its plain comparison can use the index. */
function orMissing(sql: TenantSql, { field }: DocumentSorter, at: number): Fragment {
  return field === 'id' ? sql`` : sql`or ${column(sql, at)} is null`
}

function comparable(sql: TenantSql, value: PositionValue, type: FieldType, parameter: string): Fragment {
  switch (type) {
    case 'text':
      return sql`${String(value)}::text`
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      if (typeof number !== 'number' || !Number.isFinite(number)) throw invalidArgument(parameter, 'must be a number')
      return sql`${number}::float8`
    }
    case 'boolean': {
      const text = String(value)
      if (text !== 'true' && text !== 'false') throw invalidArgument(parameter, 'must be true or false')
      return sql`${text === 'true'}::boolean`
    }
  }
}
