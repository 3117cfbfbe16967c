import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { entitlementKey } from './search.ts'

/** The effect of a candidate without the entitlements that the user leaves out. */
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
