import { findGrant } from './check-access.ts'
import type { ForbiddenPartners } from './check-constraints.ts'
import type { DraftRole } from './draft-role.ts'
import type { AccessRows } from './reduce-access.ts'
import type { Step } from './run-hooks.ts'

/**
 * Joins roles as long as the added grants fit into the budget, always the two roles that add the fewest. Joining (U, P) and (V,
 * Q) gives everything in P and Q to everyone in U and V. It never joins roles with a forbidden pair, and never a kept role.
 */
export function spendOverGrants(
  access: AccessRows,
  roles: readonly DraftRole[],
  budget: number,
  partners: ForbiddenPartners,
  onStep: Step,
): DraftRole[] {
  const list: (DraftRole | undefined)[] = roles.slice()
  const given = new Set<number>()
  let left = budget
  const nearest = list.map((_, r) => nearestOf(r))
  for (;;) {
    let first = -1
    nearest.forEach((near, r) => {
      if (near !== undefined && (first < 0 || near.added < (nearest[first]?.added ?? 0))) first = r
    })
    const near = first < 0 ? undefined : nearest[first]
    if (near === undefined || near.added > left) break
    const a = list[first] as DraftRole
    const b = list[near.other] as DraftRole
    const joined: DraftRole = {
      identities: [...new Set([...a.identities, ...b.identities])].sort((x, y) => x - y),
      entitlements: [...new Set([...a.entitlements, ...b.entitlements])].sort((x, y) => x - y),
      kept: -1,
    }
    for (const identity of joined.identities) {
      for (const entitlement of joined.entitlements) {
        const cell = identity * access.entitlementCount + entitlement
        if (findGrant(access, identity, entitlement) >= 0 || given.has(cell)) continue
        given.add(cell)
        left--
      }
    }
    list[first] = joined
    list[near.other] = undefined
    nearest[near.other] = undefined
    nearest[first] = nearestOf(first)
    for (let r = 0; r < list.length; r++) {
      if (r === first || list[r] === undefined) continue
      const of = nearest[r]
      if (of === undefined || of.other === first || of.other === near.other) nearest[r] = nearestOf(r)
    }
  }
  return list.filter((role) => role !== undefined)

  function nearestOf(r: number): { other: number; added: number } | undefined {
    const role = list[r]
    if (role === undefined || role.kept >= 0) return undefined
    let best: { other: number; added: number } | undefined
    for (let other = 0; other < list.length; other++) {
      const candidate = list[other]
      if (other === r || candidate === undefined || candidate.kept >= 0 || !mayMeet(role, candidate)) continue
      onStep()
      const limit = Math.min(left, best === undefined ? left : best.added - 1)
      const one = addedTo(role.identities, candidate.entitlements, limit)
      const added = one > limit ? one : one + addedTo(candidate.identities, role.entitlements, limit - one)
      if (added <= limit) best = { other, added }
    }
    return best
  }

  /** How many grants are added if all these identities get all these entitlements. Stops counting beyond the limit. */
  function addedTo(identities: readonly number[], entitlements: readonly number[], limit: number): number {
    let added = 0
    for (const identity of identities) {
      for (const entitlement of entitlements) {
        if (
          findGrant(access, identity, entitlement) >= 0 ||
          given.has(identity * access.entitlementCount + entitlement)
        ) {
          continue
        }
        if (++added > limit) return added
      }
    }
    return added
  }

  function mayMeet(a: DraftRole, b: DraftRole): boolean {
    if (partners.size === 0) return true
    return !a.entitlements.some((e) => partners.get(e)?.some((other) => b.entitlements.includes(other)) ?? false)
  }
}
