import { itemAt } from '@assay/errors'
/** People, and the entitlements that all of them would hold: keys, ascending, each once. */
export interface Cells {
  readonly people: ArrayLike<number>
  readonly entitlements: ArrayLike<number>
}

/** Two candidates that share at least this part of their cells are the same to people, whatever their names are. */
const sameFrom = 0.8

/** The number of cells (a person and an entitlement) that both have, divided by those of either: 0 to 1. Without cells it is 0. */
export function similarityOfCells(a: Cells, b: Cells): number {
  const shared = sharedCount(a.people, b.people) * sharedCount(a.entitlements, b.entitlements)
  return shared === 0 ? 0 : shared / (sizeOf(a) + sizeOf(b) - shared)
}

export function isSameAs(a: Cells, b: Cells): boolean {
  return similarityOfCells(a, b) >= sameFrom
}

/** Whether two candidates can be the same, judged by their entitlements alone: the cells cannot be more similar than the entitlements. */
export function canBeSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  const shared = sharedCount(a, b)
  return shared >= sameFrom * (a.length + b.length - shared)
}

function sizeOf({ people, entitlements }: Cells): number {
  return people.length * entitlements.length
}

function sharedCount(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let count = 0
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const difference = itemAt(a, i) - itemAt(b, j)
    if (difference === 0) count++
    if (difference <= 0) i++
    if (difference >= 0) j++
  }
  return count
}
