import type { Comparison, Filter, FilterValue } from './filter.ts'

/**
 * The meaning of an API field in the rows of a list: a column, or a value that all rows have (null: no row has a value). `as` turns a value
 * of the API into the column's value; undefined for a value that no row has. It is only for fields with the operators `eq`, `ne` and `in`.
 */
export type FieldMeaning<Column extends string> =
  | { readonly column: Column; readonly as?: (value: FilterValue) => FilterValue | undefined }
  | { readonly value: FilterValue | null }

/**
 * Turns a filter over API fields into one over columns, for a list whose API has more fields than the rows have columns. A comparison with
 * a value that all rows have is decided here, as `filterCondition` would decide it for each row.
 */
export function bindFilter<Name extends string, Column extends string>(
  filter: Filter<Name>,
  meanings: Readonly<Record<Name, FieldMeaning<Column>>>,
): Filter<Column> {
  switch (filter.kind) {
    case 'not':
      return { kind: 'not', of: bindFilter(filter.of, meanings) }
    case 'and':
    case 'or':
      return { kind: filter.kind, of: filter.of.map((part) => bindFilter(part, meanings)) }
    case 'comparison': {
      const meaning = meanings[filter.field]
      if ('value' in meaning) return isTrueOf(filter, meaning.value) ? everything : nothing
      const { column, as } = meaning
      return as === undefined ? { ...filter, field: column } : translated(filter, column, as)
    }
  }
}

const everything = { kind: 'and', of: [] } as const
const nothing = { kind: 'or', of: [] } as const

function translated<Column extends string>(
  comparison: Comparison,
  field: Column,
  as: (value: FilterValue) => FilterValue | undefined,
): Filter<Column> {
  const { kind, operator } = comparison
  switch (operator) {
    case 'eq':
    case 'ne': {
      const value = as(comparison.value)
      if (value === undefined) return operator === 'eq' ? nothing : everything
      return { kind, field, operator, value }
    }
    case 'in': {
      const values = comparison.values.map(as).filter((value) => value !== undefined)
      return values.length === 0 ? nothing : { kind, field, operator, values }
    }
    default:
      throw new Error(`"${comparison.field}" has other values than its column, and the operator "${operator}"`)
  }
}

/** Decides a comparison by the rules of `comparisonCondition`. */
function isTrueOf(comparison: Comparison, value: FilterValue | null): boolean {
  const { operator } = comparison
  if (operator === 'isnull') return value === null
  if (operator === 'ne') return value === null || compare(value, comparison.value) !== 0
  if (value === null) return false
  switch (operator) {
    case 'pr':
      return true
    case 'eq':
      return compare(value, comparison.value) === 0
    case 'in':
      return comparison.values.some((wanted) => compare(value, wanted) === 0)
    case 'sw':
      return lowered(value).startsWith(comparison.value.toLowerCase())
    case 'co':
      return lowered(value).includes(comparison.value.toLowerCase())
    case 'ca':
      return false // `ca` is an operator of lists
    case 'gt':
      return compare(value, comparison.value) > 0
    case 'ge':
      return compare(value, comparison.value) >= 0
    case 'lt':
      return compare(value, comparison.value) < 0
    case 'le':
      return compare(value, comparison.value) <= 0
  }
}

function compare(one: FilterValue, other: FilterValue): number {
  if (typeof one === 'string' || typeof other === 'string') {
    return Buffer.compare(Buffer.from(lowered(one)), Buffer.from(lowered(other)))
  }
  return Number(one) - Number(other)
}

function lowered(value: FilterValue): string {
  return String(value).toLowerCase()
}
