import { type Residual, residualLayers } from '../insight/residual.ts'
import type { Snapshot } from '../snapshot.ts'

/** A role in force: ordinals, ascending. */
export interface RoleInForce {
  readonly members: Uint32Array
  readonly entitlements: Uint32Array
}

/** The quality of the accepted roles. Shares are 0 to 1; docs/insight.md has the formulas. */
export interface RoleHealth {
  readonly roles: number
  /** Means over the roles. */
  readonly membersPerRole: number
  readonly entitlementsPerRole: number
  /** Grants of enabled people beyond common access, and the share of these that a role gives. */
  readonly grants: number
  readonly throughRoles: number
  /** Share of the cells of roles that their members do not hold. */
  readonly overGrant: number
  /** Share of the grants that no role gives. */
  readonly underGrant: number
  /** Cells of roles that are such grants, beyond the first role that gives each, divided by the number of grants that roles give. */
  readonly overlap: number
  readonly descriptionLength: number
  /** The share of the grants that are not used, and the share that neither a role nor an open candidate explains. */
  readonly unused: number
  readonly residual: number
}

/** The costs of a description, as in a role model: see libs/role-model. */
const prices = { role: 10, membership: 1, entitlement: 1, missing: 2, added: 4 } as const

/** @param residual computed with the same roles as accepted roles */
export function measureRoleHealth(snapshot: Snapshot, roles: readonly RoleInForce[], residual: Residual): RoleHealth {
  const of = (layer: (typeof residualLayers)[number]) => residual.grants[residualLayers.indexOf(layer)]!
  const grants = snapshot.grantCount - of('disabled') - of('not_a_person') - of('common_access')
  const given = of('accepted')
  let cells = 0
  let held = 0
  let giving = 0
  let memberships = 0
  let entitlements = 0
  const accepted = residualLayers.indexOf('accepted')
  const isMine = new Uint8Array(snapshot.entitlementCount)
  for (const role of roles) {
    cells += role.members.length * role.entitlements.length
    memberships += role.members.length
    entitlements += role.entitlements.length
    for (const entitlement of role.entitlements) isMine[entitlement] = 1
    for (const identity of role.members) {
      const [start, end] = [snapshot.rowOffset[identity]!, snapshot.rowOffset[identity + 1]!]
      held += countMine(snapshot.rowEntitlement, start, end, isMine)
      giving += countGiving(snapshot.rowEntitlement, start, end, isMine, residual.layer, accepted)
    }
    for (const entitlement of role.entitlements) isMine[entitlement] = 0
  }
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
  const rest = residualLayers.slice(residualLayers.indexOf('policy')).reduce((sum, layer) => sum + of(layer), 0)
  const missing = grants - given
  return {
    roles: roles.length,
    membersPerRole: share(memberships, roles.length),
    entitlementsPerRole: share(entitlements, roles.length),
    grants,
    throughRoles: share(given, grants),
    overGrant: share(cells - held, cells),
    underGrant: share(missing, grants),
    overlap: share(giving - given, given),
    descriptionLength:
      roles.length * prices.role +
      memberships * prices.membership +
      entitlements * prices.entitlement +
      missing * prices.missing +
      (cells - held) * prices.added,
    unused: share(of('unused'), grants),
    residual: share(rest, grants),
  }
}

function countMine(row: Uint32Array, start: number, end: number, isMine: Uint8Array): number {
  let count = 0
  for (let at = start; at < end; at++) count += isMine[row[at]!]!
  return count
}

/** Excludes grants of disabled people and common access, which roles do not explain. */
function countGiving(
  row: Uint32Array,
  start: number,
  end: number,
  isMine: Uint8Array,
  layer: Uint8Array,
  accepted: number,
): number {
  let count = 0
  for (let at = start; at < end; at++) if (layer[at] === accepted) count += isMine[row[at]!]!
  return count
}
