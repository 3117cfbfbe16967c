import type { Comparison, Filter, FilterValue } from '../filter.ts'
import type { EveryField, RandomRow } from './random-filters.ts'

/** The slow, obvious twin of `filterCondition`; `lower` gives the lower case as the database computes it. */
export function evaluateFilter(filter: Filter<EveryField>, row: RandomRow, lower: (text: string) => string): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.of.every((part) => evaluateFilter(part, row, lower))
    case 'or':
      return filter.of.some((part) => evaluateFilter(part, row, lower))
    case 'not':
      return !evaluateFilter(filter.of, row, lower)
    case 'comparison':
      return evaluateComparison(filter, row, lower)
  }
}

function evaluateComparison(
  comparison: Comparison<EveryField>,
  row: RandomRow,
  lower: (text: string) => string,
): boolean {
  const stored = comparison.field === 'ref.name' ? row.name : row[comparison.field]
  if (comparison.operator === 'pr') return stored !== null
  if (comparison.operator === 'isnull') return stored === null
  if (stored === null) return comparison.operator === 'ne'
  if (typeof stored === 'object') {
    const wanted = 'values' in comparison ? comparison.values.map(String) : []
    return wanted.every((text) => stored.some((tag) => lower(tag) === lower(text)))
  }

  // A time is cut to the millisecond; `Date` does this when it parses the text.
  const value = comparison.field === 'created' ? new Date(String(stored)) : stored
  const order = (other: FilterValue) =>
    typeof value === 'string' && typeof other === 'string'
      ? Buffer.compare(Buffer.from(lower(value)), Buffer.from(lower(other)))
      : Number(value) - Number(other)
  switch (comparison.operator) {
    case 'eq':
      return order(comparison.value) === 0
    case 'ne':
      return order(comparison.value) !== 0
    case 'gt':
      return order(comparison.value) > 0
    case 'ge':
      return order(comparison.value) >= 0
    case 'lt':
      return order(comparison.value) < 0
    case 'le':
      return order(comparison.value) <= 0
    case 'in':
      return comparison.values.some((other) => order(other) === 0)
    case 'sw':
      return lower(String(value)).startsWith(lower(comparison.value))
    case 'co':
      return lower(String(value)).includes(lower(comparison.value))
    default:
      throw new Error(`${comparison.operator} is for collections`)
  }
}
