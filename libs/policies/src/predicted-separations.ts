import { itemAt } from '@assay/errors'
import type { Snapshot } from '@assay/mining'
import type { CompiledPolicies, PolicyName } from './compile-policies.ts'

/** A separation of duties that an identity would violate. */
interface PredictedSeparation {
  readonly policy: PolicyName
  /**
   * For each set, the ordinals of entitlements that are in it or give one of it; `existing` for those that the identity is assigned
   * already.
   */
  readonly first: readonly PredictedEntitlement[]
  readonly second: readonly PredictedEntitlement[]
}

export interface PredictedEntitlement {
  readonly entitlement: number
  readonly existing: boolean
}

/**
 * The policies in force that an identity would violate with more entitlements. Violations that exist already and do not grow are left out,
 * and so are exceptions.
 * @param identity ordinal; -1 for an identity that the snapshot does not have, which holds nothing
 * @param added ordinals of the new entitlements
 */
export function predictedSeparations(
  snapshot: Snapshot,
  { separation, names }: CompiledPolicies,
  identity: number,
  added: readonly number[],
): readonly PredictedSeparation[] {
  const held =
    identity < 0
      ? []
      : Array.from(snapshot.rowEntitlement.subarray(snapshot.rowOffset[identity], snapshot.rowOffset[identity + 1]))
  const isHeld = new Set(held)
  const fresh = [...new Set(added)].filter((one) => !isHeld.has(one))
  const all = [...held, ...fresh].sort((a, b) => a - b)
  return separation.flatMap(({ policy, sides, excepted }) => {
    if (identity >= 0 && excepted.has(itemAt(snapshot.identityKey, identity))) return []
    const ofSide = (side: number) =>
      all
        .filter((one) => (itemAt(sides, one) & side) !== 0)
        .map((one) => ({ entitlement: one, existing: isHeld.has(one) }))
    const [first, second] = [ofSide(1), ofSide(2)]
    const isBroken = first.length > 0 && second.length > 0
    const isAdded = fresh.some((one) => sides[one] !== 0)
    return isBroken && isAdded ? [{ policy: itemAt(names, policy), first, second }] : []
  })
}
