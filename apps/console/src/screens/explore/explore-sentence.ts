import type { CohortDescription } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { counted, formatCount, formatPercent, formatShare } from '../../kit/figures.ts'

/** What giving a choice to everybody would do. */
export interface Effect {
  readonly gains: number
  readonly riskyGains: number
  readonly withAll: number
  readonly outsideWithAll: number
}

/** What one is looking at: who, what they share of what is chosen, and what giving it to all would change. */
export function exploreSentence(cohort: CohortDescription, chosenCount: number, effect: Effect | undefined): string {
  const { cohortSize, entitlements, riskKnown } = cohort
  const who = `${counted(cohortSize, 'person', 'people')}.`
  const [most] = entitlements
  if (most === undefined) return `${who} They hold nothing.`
  if (chosenCount === 0)
    return `${who} Nothing is chosen. The most shared is ${most.displayName}, ${formatShare(most.holderCount, cohortSize)}.`
  if (effect === undefined)
    return `${who} Counting what giving ${counted(chosenCount, 'entitlement', 'entitlements')} to all would change.`
  const what = chosenCount === 1 ? 'the chosen entitlement' : `all ${formatCount(chosenCount)} chosen entitlements`
  const holding = `${formatShare(effect.withAll, cohortSize)} ${effect.withAll === 1 ? 'holds' : 'hold'} ${what}.`
  const outside =
    effect.outsideWithAll === 0
      ? 'nobody outside holds it'
      : `${counted(effect.outsideWithAll, 'person outside holds', 'people outside hold')} it too`
  return `${who} ${holding} Giving it to everybody: ${gains(effect, riskKnown)}; ${outside}.`
}

function gains({ gains, riskyGains }: Effect, isRiskKnown: boolean): string {
  if (gains === 0) return 'nobody gains anything'
  const counts = counted(gains, 'gain', 'gains')
  if (!isRiskKnown) return `${counts}, which are of high risk is not in the data`
  if (riskyGains === 0) return `${counts}, none of high risk`
  return `${counts}, ${riskyGains === gains ? 'all' : formatCount(riskyGains)} of high risk`
}

/** The highest cut-off with which something is chosen, in whole per cent. */
export function highestCut({ entitlements: [most], cohortSize }: CohortDescription): number {
  return most === undefined || cohortSize === 0 ? 0 : Math.floor((most.holderCount * 100) / cohortSize)
}

/** `67 %` */
export function cutWords(cut: number): string {
  return formatPercent(cut / 100)
}
