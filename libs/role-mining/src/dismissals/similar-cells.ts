import { itemAt } from '@assay/errors'
/** People and what all of them would hold: keys, ascending, each once. */
export interface Cells {
  readonly people: ArrayLike<number>
  readonly entitlements: ArrayLike<number>
}

/** Two candidates that share so much of their cells are the same to people, whatever they are called. */
const sameFrom = 0.8

/** The cells (a person and an entitlement) of both, by those of either: 0 to 1. Nothing is not like nothing. */
export function similarityOfCells(a: Cells, b: Cells): number {
  const shared = sharedCount(a.people, b.people) * sharedCount(a.entitlements, b.entitlements)
  return shared === 0 ? 0 : shared / (sizeOf(a) + sizeOf(b) - shared)
}

export function isSameAs(a: Cells, b: Cells): boolean {
  return similarityOfCells(a, b) >= sameFrom
}

/** Whether two candidates can be the same by their entitlements alone: the cells are at most as similar as those. */
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
