import type { Snapshot } from '../snapshot.ts'
import type { EntitlementHolders } from './entitlement-holders.ts'

/** Two sets of entitlements. No person may hold entitlements of both. */
interface SeparatedSets {
  /** Per entitlement 1 for the first set, 2 for the second, 3 for both. Groups count as the entitlements that they give. */
  readonly sides: Uint8Array
  /** Keys of identities to which the policy does not apply. */
  readonly excepted: ReadonlySet<number>
}

/** The access of all identities to separated sets, counted once for all candidates that are computed together. */
export class SeparatedAccess {
  readonly policies: readonly SeparatedSets[]
  readonly #snapshot: Snapshot
  readonly #holders: EntitlementHolders
  readonly #sidesHeld = new Map<SeparatedSets, Uint8Array>()

  constructor(snapshot: Snapshot, holders: EntitlementHolders, policies: readonly SeparatedSets[]) {
    this.policies = policies
    this.#snapshot = snapshot
    this.#holders = holders
  }

  /** Per identity the sets of which it holds an entitlement. It reads the holders of both sets. */
  sidesHeld(policy: SeparatedSets): Uint8Array {
    const known = this.#sidesHeld.get(policy)
    if (known !== undefined) return known
    const held = new Uint8Array(this.#snapshot.identityCount)
    const { offset, identity } = this.#holders
    for (let e = 0; e < policy.sides.length; e++) {
      if (policy.sides[e] === 0) continue
      for (let at = offset[e]!; at < offset[e + 1]!; at++) held[identity[at]!]! |= policy.sides[e]!
    }
    this.#sidesHeld.set(policy, held)
    return held
  }
}
