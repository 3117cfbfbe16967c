import type { Coverage } from './coverage.ts'

/** A selection of analysed entitlements: by a cut-off on coverage, and one by one. Ordinals. */
export interface EntitlementSelection {
  /** Inclusive; 8000 is 80 %. */
  readonly minimumCoverageBasisPoints: number
  /** Selected although below the cut-off. */
  readonly included: readonly number[]
  /** Not selected although at or above the cut-off. */
  readonly excluded: readonly number[]
}

/** Coverage in basis points, halves rounded up, computed without fractions. */
export function basisPoints(grantedCount: number, cohortSize: number): number {
  return Math.floor((grantedCount * 20_000 + cohortSize) / (2 * cohortSize))
}

/** The selected ordinals, ascending, and the named ordinals that no member of the cohort holds. */
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
