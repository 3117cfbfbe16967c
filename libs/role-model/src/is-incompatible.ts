import { findGrant } from './check-access.ts'
import type { AccessRows } from './reduce-access.ts'
import type { GrantList } from './role-model.ts'

/**
 * Whether no two of the grants fit into one role. It reads only the raw access: (u, p) and (v, q) fit if u holds q, v holds p,
 * and p and q are no forbidden pair. If true, every exact model has at least as many roles as there are grants in the list.
 * False also if an identity does not hold one of the grants.
 */
export function isIncompatible(
  access: AccessRows,
  { identity, entitlement }: GrantList,
  forbiddenPairs: readonly (readonly [number, number])[] = [],
): boolean {
  const isForbidden = (p: number, q: number) =>
    forbiddenPairs.some(([a, b]) => (a === p && b === q) || (a === q && b === p))
  for (let i = 0; i < identity.length; i++) {
    if (findGrant(access, identity[i]!, entitlement[i]!) < 0) return false
    for (let j = 0; j < i; j++) {
      const fit =
        findGrant(access, identity[i]!, entitlement[j]!) >= 0 &&
        findGrant(access, identity[j]!, entitlement[i]!) >= 0 &&
        !isForbidden(entitlement[i]!, entitlement[j]!)
      if (fit) return false
    }
  }
  return true
}
