import type { CohortDescription } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { formatPercent } from '../../kit/figures.ts'

/** The effect of giving the selected entitlements to all people of the cohort. */
export interface Effect {
  readonly gains: number
  readonly riskyGains: number
  readonly withAll: number
  readonly outsideWithAll: number
}

/** The highest cut-off that selects an entitlement, in whole per cent. */
export function highestCut({ entitlements: [most], cohortSize }: CohortDescription): number {
  return most === undefined || cohortSize === 0 ? 0 : Math.floor((most.holderCount * 100) / cohortSize)
}

/** `67 %` */
export function cutWords(cut: number): string {
  return formatPercent(cut / 100)
}
