/** Grants in the order of the file, as ordinals: ten bytes each, since there may be ten million. */
export class GrantList {
  length = 0
  identity = new Uint32Array(64 * 1024)
  entitlement = new Uint32Array(64 * 1024)
  /** Days since 1970 of the last use, 0 for unknown. */
  lastUsedDay = new Uint16Array(64 * 1024)

  add(identity: number, entitlement: number, lastUsedDay: number): void {
    const at = this.length++
    if (at === this.identity.length) this.#grow()
    this.identity[at] = identity
    this.entitlement[at] = entitlement
    this.lastUsedDay[at] = lastUsedDay
  }

  /** Replaces ordinals by their ranks, in place. */
  renumber(identityRanks: Uint32Array, entitlementRanks: Uint32Array): void {
    const { identity, entitlement, length } = this
    for (let i = 0; i < length; i++) identity[i] = identityRanks[identity[i]]
    for (let i = 0; i < length; i++) entitlement[i] = entitlementRanks[entitlement[i]]
  }

  #grow(): void {
    const capacity = this.identity.length * 2
    const identity = new Uint32Array(capacity)
    identity.set(this.identity)
    this.identity = identity
    const entitlement = new Uint32Array(capacity)
    entitlement.set(this.entitlement)
    this.entitlement = entitlement
    const lastUsedDay = new Uint16Array(capacity)
    lastUsedDay.set(this.lastUsedDay)
    this.lastUsedDay = lastUsedDay
  }
}
