import type { Filter } from './filter.ts'

/**
 * Whether a row that is not in a table passes a filter over text fields, by the rules of `filterCondition`: case is ignored, and a
 * condition on a missing value is false.
 */
export function passesTextFilter<Name extends string>(
  filter: Filter<Name>,
  textOf: (field: Name) => string | undefined,
): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.of.every((part) => passesTextFilter(part, textOf))
    case 'or':
      return filter.of.some((part) => passesTextFilter(part, textOf))
    case 'not':
      return !passesTextFilter(filter.of, textOf)
    case 'comparison': {
      const value = textOf(filter.field)?.toLowerCase()
      const isAny = (...wanted: readonly unknown[]) => wanted.some((one) => String(one).toLowerCase() === value)
      switch (filter.operator) {
        case 'pr':
          return value !== undefined
        case 'isnull':
          return value === undefined
        case 'eq':
          return isAny(filter.value)
        case 'ne':
          return !isAny(filter.value)
        case 'in':
          return isAny(...filter.values)
        case 'sw':
          return value?.startsWith(filter.value.toLowerCase()) === true
        case 'co':
          return value?.includes(filter.value.toLowerCase()) === true
        default:
          throw new Error(`${filter.operator} is not for texts of a list without a table`)
      }
    }
  }
}
