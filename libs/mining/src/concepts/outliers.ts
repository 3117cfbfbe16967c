import type { Snapshot } from '../snapshot.ts'
import type { ProposedRole } from './role-impact.ts'
import { ordinals } from './role-settings.ts'

/** A grant that no role explains, and how unusual it is among the peers of the holder. */
export interface OutlierGrant {
  readonly identity: number
  readonly entitlement: number
  /** The position of the role whose members are the peers: the smallest role of the identity. */
  readonly role: number
  readonly peerCount: number
  /** The number and the share of the other peers who also hold it. */
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
  /** The mean of this number over the peers, and its standard deviation. */
  readonly peerMean: number
  readonly peerDeviation: number
  /** (unexplained - peerMean) / max(peerDeviation, 1). */
  readonly distance: number
}

export interface Outliers {
  /** The unexplained grants of all identities of the population. */
  readonly unexplainedGrants: number
  /** Identities without a role, which therefore have no peers. */
  readonly withoutPeers: number
  /** The least usual first, at most `limit`. */
  readonly grants: readonly OutlierGrant[]
  /** The most distant first, at most `limit`; only those more than three deviations away. */
  readonly identities: readonly OutlierIdentity[]
}

/** An entitlement that at least this share of the peers hold is not an outlier, though no role explains it. */
const usualShare = 0.1
const leastDistance = 3

/**
 * The grants that roles do not explain, each with its figures. The peers of an identity are the members of its smallest role. The
 * entitlements of `common` need no explanation. The time is linear in the rows of the members of those roles.
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
  const { rowOffset, rowEntitlement } = snapshot
  const { population, common = [], limit = 100 } = options
  if (population !== undefined) ordinals('population', population, snapshot.identityCount)
  ordinals('common', common, snapshot.entitlementCount)
  const left = leftOver(snapshot, roles, common)
  const { residents, unexplainedGrants, withoutPeers } = housed(snapshot, roles, left, population)
  const grants: OutlierGrant[] = []
  const identities: OutlierIdentity[] = []
  const holders = new Uint32Array(snapshot.entitlementCount)
  for (const [role, here] of residents.entries()) {
    const peers = roles[role]!.identities
    if (here.length === 0 || peers.length < 2) continue
    const peerage = countPeers(snapshot, left, peers, holders)
    for (const identity of here) {
      const distant = distantIdentity(snapshot, left, peerage, identity, role)
      if (distant !== undefined) identities.push(distant)
      addRareGrants(snapshot, left, peerage, identity, role, grants)
    }
    for (let i = 0; i < peers.length; i++) {
      for (let at = rowOffset[peers[i]!]!; at < rowOffset[peers[i]! + 1]!; at++) holders[rowEntitlement[at]!] = 0
    }
    // There may be millions of unexplained grants. Only the best ones so far can be in the result.
    if (grants.length > 64 * limit + 65_536) {
      grants.sort(rarestFirst)
      grants.length = limit
    }
  }
  return {
    unexplainedGrants,
    withoutPeers,
    grants: grants.sort(rarestFirst).slice(0, limit),
    identities: identities.sort(mostDistantFirst).slice(0, limit),
  }
}

function rarestFirst(a: OutlierGrant, b: OutlierGrant): number {
  return (
    a.peerShare - b.peerShare || b.peerCount - a.peerCount || a.identity - b.identity || a.entitlement - b.entitlement
  )
}

function mostDistantFirst(a: OutlierIdentity, b: OutlierIdentity): number {
  return b.distance - a.distance || a.identity - b.identity
}

interface LeftOver {
  /** Per grant 1 when a role or common access explains it. */
  readonly isExplained: Uint8Array
  /** Per identity the number of its unexplained grants. */
  readonly unexplained: Uint32Array
  /** Per identity its smallest role, -1 without one. */
  readonly home: Int32Array
}

function leftOver(snapshot: Snapshot, roles: readonly ProposedRole[], common: ArrayLike<number>): LeftOver {
  const { rowOffset, rowEntitlement } = snapshot
  const isExplained = new Uint8Array(rowEntitlement.length)
  const isGiven = new Uint8Array(snapshot.entitlementCount)
  for (let i = 0; i < common.length; i++) isGiven[common[i]!] = 1
  for (let at = 0; at < rowEntitlement.length; at++) isExplained[at] = isGiven[rowEntitlement[at]!]!
  isGiven.fill(0)
  const home = new Int32Array(snapshot.identityCount).fill(-1)
  for (const [r, { identities, entitlements }] of roles.entries()) {
    for (let i = 0; i < entitlements.length; i++) isGiven[entitlements[i]!] = 1
    for (let i = 0; i < identities.length; i++) {
      const identity = identities[i]!
      if (home[identity]! < 0 || identities.length < roles[home[identity]!]!.identities.length) home[identity] = r
      for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
        if (isGiven[rowEntitlement[at]!] === 1) isExplained[at] = 1
      }
    }
    for (let i = 0; i < entitlements.length; i++) isGiven[entitlements[i]!] = 0
  }
  const unexplained = new Uint32Array(snapshot.identityCount)
  for (let identity = 0; identity < snapshot.identityCount; identity++) {
    let count = 0
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) count += 1 - isExplained[at]!
    unexplained[identity] = count
  }
  return { isExplained, unexplained, home }
}

/** For the population: the smallest role of each identity, and the unexplained grants. */
function housed(
  { identityCount }: Snapshot,
  roles: readonly ProposedRole[],
  { home, unexplained }: LeftOver,
  population: ArrayLike<number> | undefined,
) {
  const isLooked = new Uint8Array(identityCount).fill(population === undefined ? 1 : 0)
  if (population !== undefined) for (let i = 0; i < population.length; i++) isLooked[population[i]!] = 1
  let unexplainedGrants = 0
  let withoutPeers = 0
  const residents: number[][] = roles.map(() => [])
  for (let identity = 0; identity < identityCount; identity++) {
    if (isLooked[identity] === 0) continue
    unexplainedGrants += unexplained[identity]!
    if (home[identity]! < 0) withoutPeers++
    else residents[home[identity]!]!.push(identity)
  }
  return { residents, unexplainedGrants, withoutPeers }
}

/** The combined counts of the members of a role. */
interface Peerage {
  readonly size: number
  /** The sum of their numbers of unexplained grants, and the sum of the squares. */
  readonly sum: number
  readonly squares: number
  /** Per entitlement how many of the members hold it. */
  readonly holders: Uint32Array
}

/** @param holders 0 for each entitlement */
function countPeers(
  { rowOffset, rowEntitlement }: Snapshot,
  { unexplained }: LeftOver,
  peers: ArrayLike<number>,
  holders: Uint32Array,
): Peerage {
  let sum = 0
  let squares = 0
  for (let i = 0; i < peers.length; i++) {
    const count = unexplained[peers[i]!]!
    sum += count
    squares += count * count
    for (let at = rowOffset[peers[i]!]!; at < rowOffset[peers[i]! + 1]!; at++) holders[rowEntitlement[at]!]!++
  }
  return { size: peers.length, sum, squares, holders }
}

function distantIdentity(
  { rowOffset }: Snapshot,
  { unexplained }: LeftOver,
  { size, sum, squares }: Peerage,
  identity: number,
  role: number,
): OutlierIdentity | undefined {
  const own = unexplained[identity]!
  const peerCount = size - 1
  const peerMean = (sum - own) / peerCount
  const peerDeviation = Math.sqrt(Math.max(0, (squares - own * own) / peerCount - peerMean ** 2))
  const distance = (own - peerMean) / Math.max(peerDeviation, 1)
  if (distance <= leastDistance) return undefined
  const grants = rowOffset[identity + 1]! - rowOffset[identity]!
  return { identity, role, peerCount, grants, unexplained: own, peerMean, peerDeviation, distance }
}

function addRareGrants(
  { rowOffset, rowEntitlement }: Snapshot,
  { isExplained }: LeftOver,
  { size, holders }: Peerage,
  identity: number,
  role: number,
  grants: OutlierGrant[],
): void {
  const peerCount = size - 1
  for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
    if (isExplained[at] === 1) continue
    const entitlement = rowEntitlement[at]!
    const peerHolders = holders[entitlement]! - 1
    const peerShare = peerHolders / peerCount
    if (peerShare < usualShare) grants.push({ identity, entitlement, role, peerCount, peerHolders, peerShare })
  }
}
