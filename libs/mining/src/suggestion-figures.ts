import type { SuggestedEntitlement } from './cohort-result.ts'
import { wilsonLower } from './wilson.ts'

/** An entitlement of a cohort with the figures that follow from its counts. */
export function entitlementFigures(
  counts: Pick<SuggestedEntitlement, 'entitlement' | 'grantedCount' | 'outsideCount' | 'explainedCount'>,
  cohortSize: number,
  outsideSize: number,
): SuggestedEntitlement {
  const { entitlement, grantedCount, outsideCount, explainedCount } = counts
  return {
    entitlement,
    grantedCount,
    coverage: grantedCount / cohortSize,
    coverageLowerBound: wilsonLower(grantedCount, cohortSize),
    outsideCount,
    baseRate: outsideSize === 0 ? 0 : outsideCount / outsideSize,
    explainedCount,
  }
}

/** Sorted by coverage, the highest first. */
export function inOrderOfCoverage(entitlements: readonly SuggestedEntitlement[]): SuggestedEntitlement[] {
  return entitlements.toSorted((a, b) => b.grantedCount - a.grantedCount || a.entitlement - b.entitlement)
}

/** The figures of a suggestion over all of its entitlements. */
export function meanFigures(entitlements: readonly SuggestedEntitlement[]): {
  readonly avgCoverage: number
  readonly confidence: number
} {
  return {
    avgCoverage: meanOf(entitlements, (e) => e.coverage),
    confidence: meanOf(entitlements, (e) => e.coverageLowerBound * explainedShare(e)),
  }
}

/** The part of a coverage that exceeds the rate outside: 1 when no one outside holds it, 0 when all others do. */
function explainedShare({ coverage, baseRate }: SuggestedEntitlement): number {
  return Math.max(0, coverage - baseRate) / coverage
}

function meanOf(entitlements: readonly SuggestedEntitlement[], read: (e: SuggestedEntitlement) => number): number {
  let sum = 0
  for (const entitlement of entitlements) sum += read(entitlement)
  return sum / entitlements.length
}
