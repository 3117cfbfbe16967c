import { findGrant } from '../check-access.ts'
import type { DraftRole } from '../draft-role.ts'
import type { AccessRows } from '../reduce-access.ts'
import type { CurvePoint } from '../role-model.ts'
import type { DescriptionPrices } from '../role-model-settings.ts'
import type { Step } from '../run-hooks.ts'

/**
 * The roles in the order of their savings, kept roles first, and a point for each number of roles. The savings of a role mostly
 * fall as others are taken; they grow only by what those have already added. So only the first role of the queue is computed
 * again, and it is taken if it is still the first.
 */
export function descriptionCurve(
  access: AccessRows,
  roles: readonly DraftRole[],
  prices: DescriptionPrices,
  onStep: Step,
): { roles: DraftRole[]; points: CurvePoint[] } {
  const covered = new Uint8Array(access.rowEntitlement.length)
  const given = new Set<number>()
  const parts = { roles: 0, missing: covered.length, added: 0, memberships: 0, entitlements: 0 }
  const points: CurvePoint[] = [curvePoint(parts, prices)]
  const ordered: DraftRole[] = []
  const take = (role: DraftRole) => {
    for (const identity of role.identities) {
      for (const entitlement of role.entitlements) {
        const g = findGrant(access, identity, entitlement)
        if (g < 0) given.add(identity * access.entitlementCount + entitlement)
        else if (covered[g] === 0) {
          covered[g] = 1
          parts.missing--
        }
      }
    }
    parts.roles++
    parts.added = given.size
    parts.memberships += role.identities.length
    parts.entitlements += role.entitlements.length
    points.push(curvePoint(parts, prices))
    ordered.push(role)
  }
  const saving = (role: DraftRole) => {
    onStep()
    let sum = -prices.role - prices.membership * role.identities.length - prices.entitlement * role.entitlements.length
    for (const identity of role.identities) {
      for (const entitlement of role.entitlements) {
        const g = findGrant(access, identity, entitlement)
        if (g >= 0) sum += covered[g] === 0 ? prices.missing : 0
        else if (!given.has(identity * access.entitlementCount + entitlement)) sum -= prices.added
      }
    }
    return sum
  }
  for (const role of roles) if (role.kept >= 0) take(role)
  const queue = roles.filter(({ kept }) => kept < 0).map((role, at) => ({ role, at, sum: saving(role) }))
  queue.sort((a, b) => a.sum - b.sum || b.at - a.at)
  for (let first = queue.pop(); first !== undefined; first = queue.pop()) {
    first.sum = saving(first.role)
    const next = queue[queue.length - 1]
    if (next === undefined || first.sum >= next.sum) {
      take(first.role)
      continue
    }
    let low = 0
    let high = queue.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (queue[middle]!.sum < first.sum) low = middle + 1
      else high = middle
    }
    queue.splice(low, 0, first)
  }
  return { roles: ordered, points }
}

type Parts = Omit<CurvePoint, 'complexity' | 'descriptionLength'> & { memberships: number; entitlements: number }

function curvePoint(parts: Parts, prices: DescriptionPrices): CurvePoint {
  const { roles, missing, added, memberships, entitlements } = parts
  return {
    roles,
    missing,
    added,
    complexity: roles + memberships + entitlements,
    descriptionLength:
      roles * prices.role +
      memberships * prices.membership +
      entitlements * prices.entitlement +
      missing * prices.missing +
      // `Infinity * 0` would be NaN.
      (added === 0 ? 0 : added * prices.added),
  }
}
