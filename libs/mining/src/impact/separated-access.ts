import type { Snapshot } from '../snapshot.ts'
import type { EntitlementHolders } from './entitlement-holders.ts'

/** Two sets of entitlements of which nobody is to hold something of both. */
interface SeparatedSets {
  /** Per entitlement 1 for the first set, 2 for the second, 3 for both; groups count as what they give. */
  readonly sides: Uint8Array
  /** Keys of identities of whom it does not speak. */
  readonly excepted: ReadonlySet<number>
}

/** What everybody holds of separated sets, counted once for all candidates that are looked at together. */
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

  /** Per identity the sides of which it holds something. Costs the holders of both sets. */
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
