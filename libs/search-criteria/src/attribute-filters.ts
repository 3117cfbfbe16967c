import { invalidArgument } from '@assay/errors'
import type { Fragment, TenantSql } from '@assay/store'
import { attributeColumns } from './fields.ts'
import { elementsOf } from './list-values.ts'

/** One filter of `scope.attributeFilterCriteria`: the attribute must have one of the values, without regard to case. */
interface AttributeFilter {
  readonly attribute: string
  readonly values: readonly string[]
}

const mostFilters = 50
const mostValues = 1000

/**
 * Reads the filters (contract section 6.3), of which only `data.name`, `data.operator` and `data.values` are used. Throws
 * invalid_argument with the path of the fault.
 */
export function readAttributeFilters(filters: readonly unknown[]): AttributeFilter[] {
  if (filters.length > mostFilters) {
    throw invalidArgument('scope.attributeFilterCriteria', `has ${filters.length} filters, the most is ${mostFilters}`)
  }
  return filters.map((filter, index) => readFilter(filter, `scope.attributeFilterCriteria[${index}].data`))
}

function readFilter(filter: unknown, path: string): AttributeFilter {
  const { name, operator, values } = membersOf(membersOf(filter).data)
  if (typeof name !== 'string' || name.trim() === '' || name.includes('\0')) {
    throw invalidArgument(`${path}.name`, 'must be the name of an attribute')
  }
  if (operator !== 'EQUALS') throw invalidArgument(`${path}.operator`, `must be "EQUALS", it is ${shown(operator)}`)
  const texts = Array.isArray(values) ? values : []
  if (texts.length === 0 || texts.length > mostValues || !texts.every((value) => typeof value === 'string')) {
    throw invalidArgument(`${path}.values`, `must be an array of 1 to ${mostValues} texts`)
  }
  return { attribute: name, values: texts.map((value: string) => value.trim()) }
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value)
}

/**
 * The filters as a condition on `identities identity`.
 * @param lists the custom attributes that are lists; any of their values may match
 */
export function attributeCondition(
  sql: TenantSql,
  filters: readonly AttributeFilter[],
  lists: ReadonlySet<string>,
): Fragment {
  const conditions = filters.map(({ attribute, values }) => {
    const isWanted = (text: Fragment) =>
      sql`lower(trim(${text})) in (select lower(wanted) from unnest(${[...values]}::text[]) as wanted)`
    if (lists.has(attribute) && !Object.hasOwn(attributeColumns, attribute)) {
      return sql`and exists (select from ${elementsOf(sql, attribute)} where ${isWanted(sql`element.value`)})`
    }
    const column = Object.hasOwn(attributeColumns, attribute)
      ? sql`${sql(`identity.${attributeColumns[attribute]}`)}`
      : sql`(identity.attributes ->> ${attribute})`
    return sql`and ${isWanted(column)}`
  })
  return sql`(true ${conditions})`
}
