import type { ReviewedEntitlement } from '@assay/contracts/assay/review/v1/review_pb'

/** Privileged ones that are new come first, then what is new for most. */
export function inOrder(entitlements: readonly ReviewedEntitlement[]): ReviewedEntitlement[] {
  const weight = ({ privileged, gainCount }: ReviewedEntitlement) => (privileged && gainCount > 0 ? 1 : 0)
  return entitlements.toSorted(
    (a, b) => weight(b) - weight(a) || b.gainCount - a.gainCount || (a.displayName < b.displayName ? -1 : 1),
  )
}
