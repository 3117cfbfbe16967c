import type { ReviewedEntitlement } from '@assay/contracts/assay/review/v1/review_pb'

/** Entitlements in order: new privileged ones first, then those that are new for the most people. */
export function inOrder(entitlements: readonly ReviewedEntitlement[]): ReviewedEntitlement[] {
  const weight = ({ privileged, gainCount }: ReviewedEntitlement) => (privileged && gainCount > 0 ? 1 : 0)
  return entitlements.toSorted(
    (a, b) => weight(b) - weight(a) || b.gainCount - a.gainCount || (a.displayName < b.displayName ? -1 : 1),
  )
}
