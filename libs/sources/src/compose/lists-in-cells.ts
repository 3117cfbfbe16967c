import { isDistinguishedName } from '../map/distinguished-name.ts'
import type { AccessMap, GrantRule } from '../map/map.ts'
import type { Place } from './directory.ts'

const separators = /[|;,]/
/** Whether the rows of grants also describe their entitlements, so that a description does not say that a cell is one entitlement. */
export function describesItsEntitlements({ entitlements }: AccessMap, { from }: GrantRule): boolean {
  return entitlements.some((rule) => rule.from.some((input) => from.includes(input)))
}

/** Enough for a reliable result; a file has millions of rows. */
const mostTracked = 10_000

/**
 * Detects cells that contain several entitlements with separators between them. They look like `crm mail` in one row for each
 * person, with parts that also occur in other cells. In contrast, an id such as `AWS prod admin` occurs in several rows of one
 * person, or its parts occur only at one position.
 */
export class ListsInCells {
  readonly #parts = new Map<string, Set<number>>()
  readonly #wholes = new Set<string>()
  readonly #rowsOf = new Map<string, number>()
  #count = 0
  #first: { readonly example: string; readonly place: Place } | undefined
  readonly #seen = new Set<string>()
  readonly #recurring = new Set<string>()

  take(holder: string, value: string, place: Place): void {
    if (!separators.test(value)) {
      if (this.#wholes.size < mostTracked) this.#wholes.add(value)
      return
    }
    if (this.#count >= mostTracked || isDistinguishedName(value)) return
    this.#count++
    this.#first ??= { example: value, place }
    this.#rowsOf.set(holder, (this.#rowsOf.get(holder) ?? 0) + 1)
    for (const [index, piece] of value.split(separators).entries()) {
      const part = piece.trim()
      if (part === '') continue
      const places = this.#parts.get(part) ?? new Set()
      places.add(index)
      this.#parts.set(part, places)
      if (this.#seen.has(part)) this.#recurring.add(part)
      else this.#seen.add(part)
    }
  }

  /** Whether a cell must be taken each time; another cell is the same each time. */
  static concerns(value: string): boolean {
    return separators.test(value)
  }

  /** An example of such a cell, and whether the result is reliable enough to stop; undefined when there is none. */
  found():
    | { readonly example: string; readonly place: Place; readonly count: number; readonly isSure: boolean }
    | undefined {
    if (this.#first === undefined) return undefined
    const onePerHolder = [...this.#rowsOf.values()].every((rows) => rows === 1)
    const elsewhere = [...this.#parts.keys()].some((part) => this.#wholes.has(part))
    const moves = [...this.#parts.values()].some((places) => places.size > 1)
    const recurs = this.#recurring.size > 0
    const areAllElsewhere = this.#parts.size > 1 && [...this.#parts.keys()].every((part) => this.#wholes.has(part))
    // The levels of a path stay at their position, and all ids have the same first level.
    const isPath = !moves && !elsewhere && this.#firstParts().size === 1 && this.#count > 1
    return { ...this.#first, count: this.#count, isSure: (recurs || areAllElsewhere) && onePerHolder && !isPath }
  }

  #firstParts(): Set<string> {
    return new Set([...this.#parts].filter(([, places]) => places.has(0)).map(([part]) => part))
  }
}
