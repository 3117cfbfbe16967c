import type { Filter, FilterValue } from './filter.ts'

/** A shape that came so often is a program's or a screen's, not somebody's once. */
const timesUntilRecurring = 5
/** All lists and connections together then prepare some hundred texts, of 10 to 50 kB each. */
const mostRecurring = 64
const mostCounted = 1_000

/** Tells the shapes of filters that come again and again, of which there are never more than a few. */
export class RecurringShapes {
  readonly #recurring = new Set<string>()
  readonly #counts = new Map<string, number>()

  /** Counts a filter, and says whether its shape recurs; what once does so does for ever. */
  has(filter: Filter): boolean {
    const shape = shapeOf(filter)
    if (this.#recurring.has(shape)) return true
    if (this.#recurring.size === mostRecurring) return false
    const count = (this.#counts.get(shape) ?? 0) + 1
    if (this.#counts.size >= mostCounted) this.#counts.clear()
    if (count < timesUntilRecurring) {
      this.#counts.set(shape, count)
      return false
    }
    this.#counts.delete(shape)
    this.#recurring.add(shape)
    return true
  }
}

/** What decides the text of a filter's condition: everything but its values. */
function shapeOf(filter: Filter): string {
  switch (filter.kind) {
    case 'not':
      return `not(${shapeOf(filter.of)})`
    case 'and':
    case 'or':
      return `${filter.kind}(${filter.of.map(shapeOf).join()})`
    default: {
      const values = 'values' in filter ? filter.values : 'value' in filter ? [filter.value] : []
      return `${filter.field} ${filter.operator} ${values.map(typeOf).join(' ')}`
    }
  }
}

function typeOf(value: FilterValue): string {
  return value instanceof Date ? 'instant' : typeof value
}
