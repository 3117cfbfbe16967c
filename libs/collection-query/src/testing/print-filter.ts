import type { Comparison, Filter, FilterValue } from '../filter.ts'

/** A filter as text; `parseFilter` of the text gives the same tree. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.of.map(part).join(` ${filter.kind} `)
    case 'not':
      return `not ${part(filter.of)}`
    case 'comparison':
      return printComparison(filter)
  }
}

const part = (filter: Filter) =>
  filter.kind === 'and' || filter.kind === 'or' ? `(${printFilter(filter)})` : printFilter(filter)

function printComparison(comparison: Comparison): string {
  const { field, operator } = comparison
  if ('value' in comparison) return `${field} ${operator} ${printValue(comparison.value)}`
  if ('values' in comparison) return `${field} ${operator} (${comparison.values.map(printValue).join(', ')})`
  return operator === 'pr' ? `pr ${field}` : `${field} isnull`
}

function printValue(value: FilterValue): string {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`
  return value instanceof Date ? value.toISOString() : `${value}`
}
