import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { counted, formatShare } from '../../kit/figures.ts'
import { gainsSentence } from '../candidates/list-sentence.ts'
import { entitlementKey } from './search.ts'

/** What a candidate would do without what somebody leaves out of it. */
export interface Effect {
  readonly entitlementCount: number
  readonly leftOutCount: number
  readonly gainCount: number
  readonly riskyGainCount: number
}

export function effectOf({ peopleCount, entitlements }: InboxCandidate, out: ReadonlySet<string>): Effect {
  const kept = entitlements.filter((one) => !out.has(entitlementKey(one)))
  const gains = (of: typeof kept) => of.reduce((sum, { holderCount }) => sum + peopleCount - holderCount, 0)
  return {
    entitlementCount: kept.length,
    leftOutCount: entitlements.length - kept.length,
    gainCount: gains(kept),
    riskyGainCount: gains(kept.filter(({ risky }) => risky)),
  }
}

export function candidateSentence(candidate: InboxCandidate, effect: Effect): string {
  const { peopleCount, peopleWithAllCount, riskKnown } = candidate
  const { entitlementCount, leftOutCount, gainCount, riskyGainCount } = effect
  const what = `${counted(peopleCount, 'person', 'people')}, ${counted(entitlementCount, 'entitlement', 'entitlements')}.`
  if (entitlementCount === 0) return `${what} Everything is left out: there is nothing to accept.`
  // Who holds all that is left is not counted on this page.
  const whole =
    leftOutCount > 0
      ? ` ${counted(leftOutCount, 'entitlement is', 'entitlements are')} left out by you.`
      : peopleWithAllCount === undefined
        ? ''
        : ` ${formatShare(peopleWithAllCount, peopleCount)} hold all of it.`
  return `${what}${whole} ${gainsSentence('Accepting it', gainCount, riskyGainCount, riskKnown)}`
}
