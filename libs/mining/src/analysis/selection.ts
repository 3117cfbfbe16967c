import type { Coverage } from './coverage.ts'

/** Which of the analysed entitlements somebody wants: by a cutoff on coverage, and one by one. Ordinals. */
export interface EntitlementSelection {
  /** Inclusive; 8000 is 80 %. */
  readonly minimumCoverageBasisPoints: number
  /** Wanted although below the cutoff. */
  readonly included: readonly number[]
  /** Unwanted although at or above it. */
  readonly excluded: readonly number[]
}

/** Coverage in basis points, halves up, without a detour over fractions. */
export function basisPoints(grantedCount: number, cohortSize: number): number {
  return Math.floor((grantedCount * 20_000 + cohortSize) / (2 * cohortSize))
}

/** The ordinals selected, ascending, and those that were named and that nobody of the cohort holds. */
export function resolveSelection(
  coverage: Coverage,
  cohortSize: number,
  { minimumCoverageBasisPoints, included, excluded }: EntitlementSelection,
): { readonly selected: number[]; readonly outside: number[] } {
  const analysed = new Set(coverage.entitlement)
  const wanted = new Set(included)
  const unwanted = new Set(excluded)
  const selected = Array.from(coverage.entitlement).filter(
    (entitlement, rank) =>
      !unwanted.has(entitlement) &&
      (wanted.has(entitlement) || basisPoints(coverage.count[rank]!, cohortSize) >= minimumCoverageBasisPoints),
  )
  return {
    selected: selected.sort((a, b) => a - b),
    outside: [...included, ...excluded].filter((entitlement) => !analysed.has(entitlement)),
  }
}
