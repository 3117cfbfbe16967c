import type { SuggestedEntitlement } from './cohort-result.ts'
import { wilsonLower } from './wilson.ts'

/** An entitlement of a cohort with the numbers that follow from its counts. */
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

/** Widest coverage first. */
export function inOrderOfCoverage(entitlements: readonly SuggestedEntitlement[]): SuggestedEntitlement[] {
  return entitlements.toSorted((a, b) => b.grantedCount - a.grantedCount || a.entitlement - b.entitlement)
}

/** What a suggestion says about all of its entitlements. */
export function meanFigures(entitlements: readonly SuggestedEntitlement[]): {
  readonly avgCoverage: number
  readonly confidence: number
} {
  return {
    avgCoverage: meanOf(entitlements, (e) => e.coverage),
    confidence: meanOf(entitlements, (e) => e.coverageLowerBound * explainedShare(e)),
  }
}

/** The part of a coverage that is beyond what everyone else has: 1 when nobody outside holds it, 0 when all others do. */
function explainedShare({ coverage, baseRate }: SuggestedEntitlement): number {
  return Math.max(0, coverage - baseRate) / coverage
}

function meanOf(entitlements: readonly SuggestedEntitlement[], read: (e: SuggestedEntitlement) => number): number {
  let sum = 0
  for (const entitlement of entitlements) sum += read(entitlement)
  return sum / entitlements.length
}
