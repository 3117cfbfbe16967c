import type { RoleMembers } from './draft-role.ts'
import type { AccessRows } from './reduce-access.ts'
import { seededRandom } from './seeded-random.ts'
import { accessOf } from './testing-access.ts'

interface PlantedRoles {
  readonly access: AccessRows
  readonly entitlementsOf: readonly (readonly number[])[]
  readonly identitiesOf: readonly (readonly number[])[]
}

/** An organisation made from roles: each role has 5 to 60 random entitlements, each identity 1 to 6 roles. */
export function plantedAccess(size: {
  readonly identities: number
  readonly entitlements: number
  readonly roles: number
  readonly seed: number
  readonly largest?: number
  readonly most?: number
}): PlantedRoles {
  const random = seededRandom(size.seed)
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1))
  const draw = (count: number, from: number) => {
    const drawn = new Set<number>()
    while (drawn.size < count) drawn.add(between(0, from - 1))
    return [...drawn]
  }
  const entitlementsOf = Array.from({ length: size.roles }, () =>
    draw(between(5, size.largest ?? 60), size.entitlements),
  )
  const identitiesOf: number[][] = entitlementsOf.map(() => [])
  const identity: number[] = []
  const entitlement: number[] = []
  for (let i = 0; i < size.identities; i++) {
    for (const role of draw(between(1, size.most ?? 6), size.roles)) {
      identitiesOf[role]!.push(i)
      for (const e of entitlementsOf[role]!) {
        identity.push(i)
        entitlement.push(e)
      }
    }
  }
  const counts = { identityCount: size.identities, entitlementCount: size.entitlements }
  return {
    access: accessOf(Uint32Array.from(identity), Uint32Array.from(entitlement), counts),
    entitlementsOf,
    identitiesOf,
  }
}

/** The same access, but a share of the grants is removed and as many are added at random cells. */
export function withMovedGrants(access: AccessRows, share: number, seed: number): AccessRows {
  const random = seededRandom(seed)
  const { identityCount, entitlementCount, rowOffset, rowEntitlement } = access
  const cells: number[] = []
  for (let i = 0; i < identityCount; i++) {
    for (let g = rowOffset[i]!; g < rowOffset[i + 1]!; g++) cells.push(i * entitlementCount + rowEntitlement[g]!)
  }
  const granted = new Set(cells)
  const count = Math.round(cells.length * share)
  for (let k = 0; k < count; k++) {
    const at = k + Math.floor(random() * (cells.length - k))
    granted.delete(cells[at]!)
    cells[at] = cells[k]!
  }
  while (granted.size < rowEntitlement.length) granted.add(Math.floor(random() * identityCount * entitlementCount))
  const moved = [...granted]
  return accessOf(
    Uint32Array.from(moved, (cell) => Math.floor(cell / entitlementCount)),
    Uint32Array.from(moved, (cell) => cell % entitlementCount),
    { identityCount, entitlementCount },
  )
}

/**
 * How well planted roles were recovered: F1 of the precision over all roles returned and the recall over all planted ones. A
 * role is recovered if the Jaccard similarity is at least 0.9 for its entitlements and, if members are known, for its
 * identities.
 */
export function recoveryF1(
  roles: readonly RoleMembers[],
  entitlementsOf: readonly (readonly number[])[],
  identitiesOf: readonly (readonly number[])[] | undefined,
): number {
  const planted = entitlementsOf.map((list, r) => ({
    entitlements: new Set(list),
    identities: new Set(identitiesOf?.[r]),
  }))
  const found = roles.map((role) => ({
    entitlements: new Set(Array.from(role.entitlements)),
    identities: identitiesOf === undefined ? new Set<number>() : new Set(Array.from(role.identities)),
  }))
  const isFound = (a: (typeof planted)[0], b: (typeof planted)[0]) =>
    jaccard(a.entitlements, b.entitlements) >= 0.9 && jaccard(a.identities, b.identities) >= 0.9
  const recall = planted.filter((a) => found.some((b) => isFound(a, b))).length / planted.length
  const precision = found.filter((b) => planted.some((a) => isFound(a, b))).length / Math.max(1, found.length)
  return recall + precision === 0 ? 0 : (2 * recall * precision) / (recall + precision)
}

function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let both = 0
  for (const value of a) if (b.has(value)) both++
  return a.size + b.size === 0 ? 1 : both / (a.size + b.size - both)
}
