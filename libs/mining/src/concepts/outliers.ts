import type { Snapshot } from '../snapshot.ts'
import type { ProposedRole } from './role-impact.ts'
import { ordinals } from './role-settings.ts'

/** A grant that no role explains, and how unusual it is among those who are most like the holder. */
export interface OutlierGrant {
  readonly identity: number
  readonly entitlement: number
  /** Position of the role whose members are the peers: the smallest one that the identity is in. */
  readonly role: number
  readonly peerCount: number
  /** Peers other than the identity that hold it as well, and their share. */
  readonly peerHolders: number
  readonly peerShare: number
}

/** An identity with far more unexplained access than its peers. */
export interface OutlierIdentity {
  readonly identity: number
  readonly role: number
  readonly peerCount: number
  readonly grants: number
  /** Grants that neither a role nor common access explains. */
  readonly unexplained: number
  /** Mean of that number over the peers, and its standard deviation. */
  readonly peerMean: number
  readonly peerDeviation: number
  /** (unexplained - peerMean) / max(peerDeviation, 1). */
  readonly distance: number
}

export interface Outliers {
  /** Of all identities looked at. */
  readonly unexplainedGrants: number
  /** Identities that are in no role, and so have no peers. */
  readonly withoutPeers: number
  /** Least usual first, `limit` of them. */
  readonly grants: readonly OutlierGrant[]
  /** Most distant first, `limit` of them; only those more than three deviations away. */
  readonly identities: readonly OutlierIdentity[]
}

/** An entitlement that this share of the peers hold is no outlier, though no role explains it. */
const usualShare = 0.1
const leastDistance = 3

/**
 * What roles leave over, each with its reason in numbers. The peers of an identity are the members of its smallest role.
 * `common` are entitlements that need no explanation. Linear in the rows of the members of those roles.
 */
export function roleOutliers(
  snapshot: Snapshot,
  roles: readonly ProposedRole[],
  options: {
    readonly population?: ArrayLike<number>
    readonly common?: ArrayLike<number>
    readonly limit?: number
  } = {},
): Outliers {
  for (const [r, role] of roles.entries()) {
    ordinals(`roles[${r}].identities`, role.identities, snapshot.identityCount)
    ordinals(`roles[${r}].entitlements`, role.entitlements, snapshot.entitlementCount)
  }
  const { population, common = [], limit = 100 } = options
  if (population !== undefined) ordinals('population', population, snapshot.identityCount)
  ordinals('common', common, snapshot.entitlementCount)
  const { rowOffset, rowEntitlement } = snapshot
  const isLooked = new Uint8Array(snapshot.identityCount).fill(population === undefined ? 1 : 0)
  if (population !== undefined) for (let i = 0; i < population.length; i++) isLooked[population[i]!] = 1
  const isExplained = new Uint8Array(rowEntitlement.length)
  const isMine = new Uint8Array(snapshot.entitlementCount)
  for (let i = 0; i < common.length; i++) isMine[common[i]!] = 1
  for (let at = 0; at < rowEntitlement.length; at++) isExplained[at] = isMine[rowEntitlement[at]!]!
  isMine.fill(0)
  const home = new Int32Array(snapshot.identityCount).fill(-1)
  for (const [r, { identities, entitlements }] of roles.entries()) {
    for (let i = 0; i < entitlements.length; i++) isMine[entitlements[i]!] = 1
    for (let i = 0; i < identities.length; i++) {
      const identity = identities[i]!
      if (home[identity]! < 0 || identities.length < roles[home[identity]!]!.identities.length) home[identity] = r
      for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
        if (isMine[rowEntitlement[at]!] === 1) isExplained[at] = 1
      }
    }
    for (let i = 0; i < entitlements.length; i++) isMine[entitlements[i]!] = 0
  }
  const unexplainedOf = new Uint32Array(snapshot.identityCount)
  let unexplainedGrants = 0
  let withoutPeers = 0
  const residents: number[][] = roles.map(() => [])
  for (let identity = 0; identity < snapshot.identityCount; identity++) {
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++)
      unexplainedOf[identity]! += 1 - isExplained[at]!
    if (isLooked[identity] === 0) continue
    unexplainedGrants += unexplainedOf[identity]!
    if (home[identity]! < 0) withoutPeers++
    else residents[home[identity]!]!.push(identity)
  }
  const grants: OutlierGrant[] = []
  const identities: OutlierIdentity[] = []
  const holders = new Uint32Array(snapshot.entitlementCount)
  const rareFirst = (a: OutlierGrant, b: OutlierGrant) =>
    a.peerShare - b.peerShare || b.peerCount - a.peerCount || a.identity - b.identity || a.entitlement - b.entitlement
  const farFirst = (a: OutlierIdentity, b: OutlierIdentity) => b.distance - a.distance || a.identity - b.identity
  for (const [role, here] of residents.entries()) {
    const peers = roles[role]!.identities
    if (here.length === 0 || peers.length < 2) continue
    let sum = 0
    let squares = 0
    for (let i = 0; i < peers.length; i++) {
      const count = unexplainedOf[peers[i]!]!
      sum += count
      squares += count * count
      for (let at = rowOffset[peers[i]!]!; at < rowOffset[peers[i]! + 1]!; at++) holders[rowEntitlement[at]!]!++
    }
    for (const identity of here) {
      const own = unexplainedOf[identity]!
      const peerCount = peers.length - 1
      const peerMean = (sum - own) / peerCount
      const peerDeviation = Math.sqrt(Math.max(0, (squares - own * own) / peerCount - peerMean ** 2))
      const distance = (own - peerMean) / Math.max(peerDeviation, 1)
      if (distance > leastDistance) {
        const held = rowOffset[identity + 1]! - rowOffset[identity]!
        identities.push({
          identity,
          role,
          peerCount,
          grants: held,
          unexplained: own,
          peerMean,
          peerDeviation,
          distance,
        })
      }
      for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
        if (isExplained[at] === 1) continue
        const entitlement = rowEntitlement[at]!
        const peerHolders = holders[entitlement]! - 1
        const peerShare = peerHolders / peerCount
        if (peerShare < usualShare) grants.push({ identity, entitlement, role, peerCount, peerHolders, peerShare })
      }
    }
    for (let i = 0; i < peers.length; i++) {
      for (let at = rowOffset[peers[i]!]!; at < rowOffset[peers[i]! + 1]!; at++) holders[rowEntitlement[at]!] = 0
    }
    // Millions of grants may be left over; only the best of those so far can be among the best in the end.
    if (grants.length > 64 * limit + 65_536) {
      grants.sort(rareFirst)
      grants.length = limit
    }
  }
  return {
    unexplainedGrants,
    withoutPeers,
    grants: grants.sort(rareFirst).slice(0, limit),
    identities: identities.sort(farFirst).slice(0, limit),
  }
}
