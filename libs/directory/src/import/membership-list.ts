/** Memberships in the order of the file, as ordinals: eight bytes each, since there may be millions. */
export class MembershipList {
  length = 0
  holder = new Uint32Array(1024)
  entitlement = new Uint32Array(1024)

  add(holder: number, entitlement: number): void {
    if (this.length === this.holder.length) {
      this.holder = new Uint32Array(this.holder.buffer.transfer(this.length * 8))
      this.entitlement = new Uint32Array(this.entitlement.buffer.transfer(this.length * 8))
    }
    this.holder[this.length] = holder
    this.entitlement[this.length++] = entitlement
  }

  /** Each membership once, by holder, then by entitlement; memberships of an entitlement in itself are left out. */
  distinct(entitlementCount: number): MembershipList {
    // Holder and entitlement in one number, which sorts in that order: 2^53 suffices for 90 million entitlements.
    const pairs = new Float64Array(this.length)
    for (let i = 0; i < this.length; i++) pairs[i] = this.holder[i]! * entitlementCount + this.entitlement[i]!
    pairs.sort()
    const list = new MembershipList()
    for (let i = 0; i < pairs.length; i++) {
      if (i > 0 && pairs[i] === pairs[i - 1]) continue
      const holder = Math.floor(pairs[i]! / entitlementCount)
      const entitlement = pairs[i]! - holder * entitlementCount
      if (holder !== entitlement) list.add(holder, entitlement)
    }
    return list
  }
}
