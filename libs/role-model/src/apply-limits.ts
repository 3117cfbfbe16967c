import { type CheckedConstraints, splitEntitlements } from './check-constraints.ts'
import type { DraftRole } from './draft-role.ts'
import type { AccessRows } from './reduce-access.ts'
import type { RoleModelConstraints } from './role-model-settings.ts'
import type { Step } from './run-hooks.ts'

/**
 * Makes the roles obey the limits, without losing or adding a grant. It splits roles that are too large. An identity with too
 * many roles keeps the largest ones and gets the rest of its access in separate roles, which it shares with identities that
 * need the same rest. Kept roles do not change. With objective `least_description` a grant may lose its role; it is then
 * missing.
 */
export function applyLimits(
  access: AccessRows,
  roles: readonly DraftRole[],
  constraints: RoleModelConstraints,
  checked: CheckedConstraints,
  isExact: boolean,
  onStep: Step,
): DraftRole[] {
  const { maxRolesPerIdentity, maxIdentitiesPerRole, maxEntitlementsPerRole } = constraints
  let list = roles.map((role) => ({ ...role, identities: role.identities.slice() }))
  if (maxEntitlementsPerRole !== undefined) {
    list = list.flatMap((role) =>
      role.kept >= 0
        ? [role]
        : inPieces(role.entitlements, maxEntitlementsPerRole).map((entitlements) => ({
            ...role,
            identities: role.identities.slice(),
            entitlements,
          })),
    )
  }
  if (maxRolesPerIdentity !== undefined) {
    list = limitRolesPerIdentity(access, list, constraints, checked, maxRolesPerIdentity, isExact, onStep)
  }
  if (maxIdentitiesPerRole !== undefined) {
    list = list.flatMap((role) =>
      role.kept >= 0
        ? [role]
        : inPieces(role.identities, maxIdentitiesPerRole).map((identities) => ({ ...role, identities })),
    )
  }
  return list.filter((role) => role.kept >= 0 || (role.identities.length > 0 && role.entitlements.length > 0))
}

function inPieces(values: readonly number[], size: number): number[][] {
  const pieces: number[][] = []
  // Pieces of nearly equal size, so that no small piece is left over.
  const count = Math.ceil(values.length / size)
  for (let i = 0; i < count; i++) {
    pieces.push(values.slice(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count)))
  }
  return pieces
}

function limitRolesPerIdentity(
  access: AccessRows,
  roles: readonly DraftRole[],
  constraints: RoleModelConstraints,
  { partners, coveredByKept }: CheckedConstraints,
  most: number,
  isExact: boolean,
  onStep: Step,
): DraftRole[] {
  const list = roles.slice()
  const byEntitlements = new Map(list.filter(({ kept }) => kept < 0).map((role) => [role.entitlements.join(), role]))
  const rolesOf: DraftRole[][] = Array.from({ length: access.identityCount }, () => [])
  for (const role of list) for (const identity of role.identities) rolesOf[identity]!.push(role)
  for (const role of list) if (role.kept < 0) role.identities = []
  const membersOf = new Map<DraftRole, number[]>()
  for (let identity = 0; identity < access.identityCount; identity++) {
    onStep()
    const kept = rolesOf[identity]!.filter((role) => role.kept >= 0)
    const found = rolesOf[identity]!.filter((role) => role.kept < 0)
    const rest = new Set<number>()
    for (let at = access.rowOffset[identity]!; at < access.rowOffset[identity + 1]!; at++) {
      if (coveredByKept[at] === 0) rest.add(access.rowEntitlement[at]!)
    }
    const chosen = byShare(found, rest)
    if (kept.length + chosen.length > most) {
      chosen.length = Math.max(0, most - kept.length)
      // With objective `least_description` the grants of the roles that were cut off stay without a role.
      if (isExact) completeWithin(chosen, rest, most - kept.length)
    }
    for (const role of chosen) {
      const members = membersOf.get(role)
      if (members === undefined) membersOf.set(role, [identity])
      else members.push(identity)
    }
  }
  for (const [role, members] of membersOf) role.identities = members
  return list.filter((role) => role.kept >= 0 || role.identities.length > 0)

  /** The roles in the order of what each adds to those before it, the largest first. Roles that add nothing are left out. */
  function byShare(found: readonly DraftRole[], rest: ReadonlySet<number>): DraftRole[] {
    const left = new Set(rest)
    const remaining = found.slice()
    const chosen: DraftRole[] = []
    for (;;) {
      let gain = 0
      let at = -1
      remaining.forEach((role, i) => {
        const adds = role.entitlements.reduce((sum, e) => sum + (left.has(e) ? 1 : 0), 0)
        if (adds <= gain) return
        gain = adds
        at = i
      })
      if (at < 0) return chosen
      const [role] = remaining.splice(at, 1)
      for (const e of role!.entitlements) left.delete(e)
      chosen.push(role!)
    }
  }

  /** Removes the roles that add least until separate roles, as many as there is room for, can give the rest. */
  function completeWithin(chosen: DraftRole[], rest: ReadonlySet<number>, room: number): void {
    for (;;) {
      const left = new Set(rest)
      for (const role of chosen) for (const e of role.entitlements) left.delete(e)
      const free = room - chosen.length
      const groups = splitEntitlements([...left], constraints.maxEntitlementsPerRole, partners, free)
      if (groups.length <= free || chosen.length === 0) {
        for (const group of groups) chosen.push(roleWith(group))
        return
      }
      chosen.pop()
    }
  }

  function roleWith(group: readonly number[]): DraftRole {
    const entitlements = group.toSorted((a, b) => a - b)
    const name = entitlements.join()
    const known = byEntitlements.get(name)
    if (known !== undefined) return known
    const role: DraftRole = { identities: [], entitlements, kept: -1 }
    byEntitlements.set(name, role)
    list.push(role)
    return role
  }
}
