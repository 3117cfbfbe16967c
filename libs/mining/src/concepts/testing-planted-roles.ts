import { rowsFromGrants } from '../grant-rows.ts'
import type { SnapshotParts } from '../snapshot.ts'
import { seeded } from '../testing-snapshots.ts'

interface PlantedRole {
  readonly kind: 'plain' | 'nested' | 'cross'
  readonly identities: ReadonlySet<number>
  readonly entitlements: ReadonlySet<number>
}

export interface PlantedOrganisation {
  readonly parts: SnapshotParts
  readonly roles: readonly PlantedRole[]
}

/**
 * Roles without attributes, unlike the sample organisation. Identities are drawn at random into plain roles of very different sizes.
 * Nested roles lie completely inside a plain one. Cross roles have half of the members of each of two plain ones. A share of the
 * entitlements belongs to two roles. Then some grants are removed and random ones are added.
 */
export function plantedRoles(options: {
  readonly seed: number
  readonly identityCount: number
  readonly missing?: number
  readonly extra?: number
  /** The share of the entitlements that a second role also gives. */
  readonly shared?: number
}): PlantedOrganisation {
  const { identityCount, missing = 0.05, extra = 0.02, shared = 0.1 } = options
  const random = seeded(options.seed)
  const pick = (count: number) => Math.floor(random() * count)
  const roles: { kind: PlantedRole['kind']; identities: Set<number>; entitlements: Set<number> }[] = []
  let entitlementCount = 0
  const entitlementsOf = (fewest: number, most: number) => {
    const given = new Set<number>()
    for (let left = fewest + pick(most - fewest + 1); left > 0; left--) {
      const lender = roles.length > 0 && random() < shared ? roles[pick(roles.length)] : undefined
      if (lender === undefined) given.add(entitlementCount++)
      else given.add([...lender.entitlements][pick(lender.entitlements.size)]!)
    }
    return given
  }
  const some = (from: readonly number[], size: number) => {
    const left = [...from]
    const chosen = new Set<number>()
    while (chosen.size < size && left.length > 0) {
      const at = pick(left.length)
      chosen.add(left[at]!)
      left[at] = left[left.length - 1]!
      left.pop()
    }
    return chosen
  }
  const everyone = Array.from({ length: identityCount }, (_, i) => i)
  const plainCount = Math.max(2, Math.round(identityCount / 40))
  for (let r = 0; r < plainCount; r++) {
    // From 20 members to a fifth of all people; small roles are the most frequent.
    const most = Math.max(30, identityCount / 5)
    const size = Math.round(20 * (most / 20) ** (random() ** 3))
    roles.push({ kind: 'plain', identities: some(everyone, size), entitlements: entitlementsOf(3, 12) })
  }
  for (let r = 0; r < plainCount; r++) {
    const outer = roles[r]!
    if (outer.identities.size < 60) continue
    const size = Math.round(outer.identities.size * (0.3 + 0.3 * random()))
    roles.push({ kind: 'nested', identities: some([...outer.identities], size), entitlements: entitlementsOf(3, 8) })
  }
  for (let r = 0; r + 1 < plainCount; r += 4) {
    const [a, b] = [roles[r]!.identities, roles[r + 1]!.identities]
    const identities = new Set([...some([...a], a.size >> 1), ...some([...b], b.size >> 1)])
    roles.push({ kind: 'cross', identities, entitlements: entitlementsOf(3, 6) })
  }
  const identity: number[] = []
  const entitlement: number[] = []
  for (const role of roles) {
    for (const i of role.identities) {
      for (const e of role.entitlements) {
        if (random() < missing) continue
        identity.push(i)
        entitlement.push(e)
      }
    }
  }
  for (let left = Math.round(identity.length * extra); left > 0; left--) {
    identity.push(pick(identityCount))
    entitlement.push(pick(entitlementCount))
  }
  const parts: SnapshotParts = {
    identityKey: Int32Array.from({ length: identityCount }, (_, i) => i + 1),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, e) => e + 1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(entitlementCount),
    ...rowsFromGrants(
      { identityCount, entitlementCount },
      { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(entitlement) },
    ),
    identityStatus: new Uint8Array(identityCount),
    identityType: new Uint8Array(identityCount),
    attributes: [],
  }
  return { parts, roles }
}
