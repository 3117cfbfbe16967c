import { type Reference, readReference } from './reference.ts'

export const sides = ['both', 'first', 'second'] as const
export type SideName = (typeof sides)[number]

/** The search parameters in the address of a comparison. */
export interface CompareSearch {
  /** See `readReference`. */
  readonly a?: string | undefined
  readonly b?: string | undefined
  readonly tab?: 'people' | undefined
  readonly side?: Exclude<SideName, 'both'> | undefined
}

export function readCompareSearch(search: Record<string, unknown>): CompareSearch {
  const { a, b, tab, side } = search
  return {
    ...(readReference(a) && { a: String(a) }),
    ...(readReference(b) && { b: String(b) }),
    ...(tab === 'people' && { tab }),
    ...((side === 'first' || side === 'second') && { side }),
  }
}

/** Two candidates to compare. */
export interface Pair {
  readonly a: Reference
  readonly b: Reference
}

export function pairOf({ a, b }: CompareSearch): Pair | undefined {
  const [first, second] = [readReference(a), readReference(b)]
  return first !== undefined && second !== undefined && a !== b ? { a: first, b: second } : undefined
}
