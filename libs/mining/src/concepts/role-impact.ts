import { GrowingList } from '../shared-arrays.ts'
import type { Snapshot } from '../snapshot.ts'
import { ordinals } from './role-settings.ts'

/** A proposed role, in the snapshot's ordinals. Order and duplicates do not matter. */
export interface ProposedRole {
  readonly identities: ArrayLike<number>
  readonly entitlements: ArrayLike<number>
}

/** Pairs of identity and entitlement, sorted by identity, then entitlement. */
export interface GrantList {
  readonly identity: Uint32Array
  readonly entitlement: Uint32Array
}

export interface EntitlementImpact {
  readonly entitlement: number
  /** Members who hold it, members who would gain it, and other identities that hold it. */
  readonly stays: number
  readonly gains: number
  readonly loses: number
}

export interface RoleImpact {
  /** Grants that members hold already. */
  readonly stays: number
  /** Grants that members would gain. */
  readonly gains: GrantList
  /** Grants of other identities. They would lose these if the role were the only way to its entitlements. */
  readonly loses: GrantList
  /** By entitlement, ascending. */
  readonly entitlements: readonly EntitlementImpact[]
  /** Members for whom nothing changes. */
  readonly unchangedMembers: number
}

/**
 * The effect of a role: which grants members would gain, which grants others would lose, and which stay. It makes one pass over the rows
 * of the snapshot. `among` limits the losing side (the population of an analysis); by default all identities count. Throws `bad_settings`
 * for an ordinal that the snapshot does not have.
 */
export function roleImpact(
  snapshot: Snapshot,
  role: ProposedRole,
  options: { readonly among?: ArrayLike<number> } = {},
): RoleImpact {
  ordinals('identities', role.identities, snapshot.identityCount)
  ordinals('entitlements', role.entitlements, snapshot.entitlementCount)
  if (options.among !== undefined) ordinals('among', options.among, snapshot.identityCount)
  const entitlements = Uint32Array.from(new Set(Array.from(role.entitlements))).sort()
  const position = new Int32Array(snapshot.entitlementCount).fill(-1)
  for (const [i, e] of entitlements.entries()) position[e] = i
  const isMember = new Uint8Array(snapshot.identityCount)
  for (let i = 0; i < role.identities.length; i++) isMember[role.identities[i]!] = 1
  const counts = options.among === undefined ? undefined : new Uint8Array(snapshot.identityCount)
  if (options.among !== undefined && counts !== undefined) {
    for (let i = 0; i < options.among.length; i++) counts[options.among[i]!] = 1
  }
  const held = new Int32Array(entitlements.length).fill(-1)
  const stays = new Uint32Array(entitlements.length)
  const gains = new Uint32Array(entitlements.length)
  const loses = new Uint32Array(entitlements.length)
  const gained = { identity: new GrowingList(), entitlement: new GrowingList() }
  const lost = { identity: new GrowingList(), entitlement: new GrowingList() }
  let unchangedMembers = 0
  for (let identity = 0; identity < snapshot.identityCount; identity++) {
    const member = isMember[identity] === 1
    if (!member && counts !== undefined && counts[identity] === 0) continue
    let has = 0
    for (let at = snapshot.rowOffset[identity]!; at < snapshot.rowOffset[identity + 1]!; at++) {
      const i = position[snapshot.rowEntitlement[at]!]!
      if (i < 0) continue
      has++
      held[i] = identity
      if (member) {
        stays[i]!++
      } else {
        loses[i]!++
        lost.identity.push(identity)
        lost.entitlement.push(entitlements[i]!)
      }
    }
    if (!member) continue
    if (has === entitlements.length) {
      unchangedMembers++
      continue
    }
    for (let i = 0; i < entitlements.length; i++) {
      if (held[i] === identity) continue
      gains[i]!++
      gained.identity.push(identity)
      gained.entitlement.push(entitlements[i]!)
    }
  }
  return {
    stays: stays.reduce((sum, count) => sum + count, 0),
    gains: { identity: gained.identity.share(), entitlement: gained.entitlement.share() },
    loses: { identity: lost.identity.share(), entitlement: lost.entitlement.share() },
    entitlements: Array.from(entitlements, (entitlement, i) => ({
      entitlement,
      stays: stays[i]!,
      gains: gains[i]!,
      loses: loses[i]!,
    })),
    unchangedMembers,
  }
}
