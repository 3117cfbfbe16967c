import { cohortMembers } from '../cohort-members.ts'
import type { CohortFilter } from '../cohort-result.ts'
import { type CohortMiningSettings, resolveSettings } from '../cohort-settings.ts'
import { sharedUint8, sharedUint16 } from '../shared-arrays.ts'
import { identityStatuses, identityTypes, type Snapshot } from '../snapshot.ts'

/** The layers that explain grants, in order; the first matching layer explains a grant. */
export const residualLayers = [
  'disabled',
  'not_a_person',
  'common_access',
  'accepted',
  'open',
  'policy',
  'unused',
  'outlier',
  'one_off',
  'too_few_holders',
  'no_attribute',
] as const

export type ResidualLayer = (typeof residualLayers)[number]

/** Entitlements and the members. */
export type ResidualRole = { readonly entitlements: Uint32Array } & (
  | { readonly members: Uint32Array }
  /** Enabled people who match. */
  | { readonly filters: readonly CohortFilter[] }
)

export interface ResidualQuestion {
  readonly settings: Partial<CohortMiningSettings>
  /** Accepted profiles and open candidates, each list in order of precedence. */
  readonly accepted: readonly ResidualRole[]
  readonly open: readonly ResidualRole[]
  /** Ordinals of entitlements that policies exclude from mined roles. */
  readonly protectedEntitlements: readonly number[]
  /** Grants whose known last use is before this day (since 1970) are unused; 0 means that none is. */
  readonly unusedBefore: number
  /** Per grant a number above 0 when a policy says that its use does not count. If present, it replaces `unusedBefore`. */
  readonly unusedGrants?: Uint16Array
}

/** The layer that explains each grant of a snapshot. */
export interface Residual {
  /** The position in `residualLayers` of each grant, in the order of the rows. */
  readonly layer: Uint8Array
  /**
   * The role that explains each grant of the layers `accepted` and `open`: its position, accepted roles first; 65,535 for all other
   * grants and for higher positions.
   */
  readonly toldBy: Uint16Array
  /** The number of grants, and of people with such a grant, by layer. */
  readonly grants: readonly number[]
  readonly identities: readonly number[]
  /** The number of grants that each role explains, accepted roles first. */
  readonly grantsOfRole: readonly number[]
  /** Grants of applications by layer: `grantsOfApplication[application * layers + layer]`. */
  readonly grantsOfApplication: Uint32Array
}

/** The value for grants that no role explains. */
export const toldByNone = 0xffff

/** An entitlement that a smaller share of the peers hold is unusual, as in `roleOutliers`. */
const usualShare = 0.1

const none = 0xff
const place = (layer: ResidualLayer) => residualLayers.indexOf(layer)

/**
 * Assigns each grant to exactly one layer: not mined (disabled, or not a person), common access, the first accepted role, or the first
 * open one, whose member holds it. Each remaining grant gets the first reason that applies: a policy excludes it; it is not used; few of
 * the peers (the members of the holder's smallest role) hold it; no one else holds it; too few people hold it for a cohort; no attribute
 * describes its holders.
 */
export function tellResidual(snapshot: Snapshot, question: ResidualQuestion): Residual {
  const settings = resolveSettings({ ...question.settings, populations: ['people'] })
  const roles = [...question.accepted, ...question.open]
  const members = roles.map((role) => ('members' in role ? role.members : cohortMembers(snapshot, role.filters)))
  const layer = sharedUint8(snapshot.rowEntitlement.length).fill(none)
  const toldBy = sharedUint16(snapshot.rowEntitlement.length).fill(toldByNone)
  const isMined = minedPeople(snapshot)
  const holders = holdersAmong(snapshot, isMined)
  tellUnmined(snapshot, layer)
  tellCommon(snapshot, settings, isMined, holders, layer)
  tellRoles(snapshot, question, members, layer, toldBy)
  const isUnusual = outliers(snapshot, roles, members, layer)
  tellReasons(snapshot, question, settings, holders, isUnusual, layer)
  return { layer, toldBy, ...sumsOf(snapshot, roles.length, layer, toldBy) }
}

function minedPeople({ identityCount, identityStatus, identityType }: Snapshot): Uint8Array {
  const isMined = new Uint8Array(identityCount)
  for (let i = 0; i < identityCount; i++) {
    if (identityStatus[i] === identityStatuses.enabled && identityType[i] === identityTypes.human) isMined[i] = 1
  }
  return isMined
}

function holdersAmong({ rowOffset, rowEntitlement, entitlementCount }: Snapshot, isMined: Uint8Array): Uint32Array {
  const holders = new Uint32Array(entitlementCount)
  for (let i = 0; i < isMined.length; i++) {
    if (isMined[i] === 1) countRow(rowEntitlement, rowOffset[i]!, rowOffset[i + 1]!, holders)
  }
  return holders
}

function tellUnmined({ rowOffset, identityCount, identityStatus, identityType }: Snapshot, layer: Uint8Array): void {
  for (let i = 0; i < identityCount; i++) {
    if (identityStatus[i] !== identityStatuses.enabled) layer.fill(place('disabled'), rowOffset[i], rowOffset[i + 1])
    else if (identityType[i] !== identityTypes.human) layer.fill(place('not_a_person'), rowOffset[i], rowOffset[i + 1])
  }
}

function tellCommon(
  { rowEntitlement, entitlementCount }: Snapshot,
  { commonAccessShare, commonEntitlements }: CohortMiningSettings,
  isMined: Uint8Array,
  holders: Uint32Array,
  layer: Uint8Array,
): void {
  const people = isMined.reduce((sum, one) => sum + one, 0)
  const isCommon = new Uint8Array(entitlementCount)
  for (const entitlement of commonEntitlements) isCommon[entitlement] = 1
  for (let e = 0; e < entitlementCount; e++) {
    if (holders[e]! > 0 && holders[e]! / people >= commonAccessShare) isCommon[e] = 1
  }
  const common = place('common_access')
  for (let at = 0; at < layer.length; at++)
    if (layer[at] === none && isCommon[rowEntitlement[at]!] === 1) layer[at] = common
}

function tellRoles(
  { rowOffset, rowEntitlement, entitlementCount }: Snapshot,
  { accepted, open }: ResidualQuestion,
  members: readonly Uint32Array[],
  layer: Uint8Array,
  toldBy: Uint16Array,
): void {
  const isMine = new Uint8Array(entitlementCount)
  for (const [r, { entitlements }] of [...accepted, ...open].entries()) {
    const own = place(r < accepted.length ? 'accepted' : 'open')
    const name = Math.min(r, toldByNone)
    for (const entitlement of entitlements) isMine[entitlement] = 1
    for (const identity of members[r]!) {
      tellRow(rowEntitlement, rowOffset[identity]!, rowOffset[identity + 1]!, isMine, own, name, layer, toldBy)
    }
    for (const entitlement of entitlements) isMine[entitlement] = 0
  }
}

/** 1 for each grant that no earlier layer explains and that few peers of its holder have. */
function outliers(
  { rowOffset, rowEntitlement, entitlementCount, identityCount }: Snapshot,
  roles: readonly ResidualRole[],
  members: readonly Uint32Array[],
  layer: Uint8Array,
): Uint8Array {
  const home = new Int32Array(identityCount).fill(-1)
  for (const [r] of roles.entries()) {
    for (const identity of members[r]!) {
      if (home[identity]! < 0 || members[r]!.length < members[home[identity]!]!.length) home[identity] = r
    }
  }
  const residents: number[][] = roles.map(() => [])
  for (let identity = 0; identity < identityCount; identity++)
    if (home[identity]! >= 0) residents[home[identity]!]!.push(identity)
  const isUnusual = new Uint8Array(layer.length)
  const holders = new Uint32Array(entitlementCount)
  for (const [r, here] of residents.entries()) {
    const others = members[r]!.length - 1
    if (here.length === 0 || others < 1) continue
    for (const peer of members[r]!) countRow(rowEntitlement, rowOffset[peer]!, rowOffset[peer + 1]!, holders)
    for (const identity of here) {
      for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
        if (layer[at] === none && (holders[rowEntitlement[at]!]! - 1) / others < usualShare) isUnusual[at] = 1
      }
    }
    for (const peer of members[r]!) clearRow(rowEntitlement, rowOffset[peer]!, rowOffset[peer + 1]!, holders)
  }
  return isUnusual
}

function tellReasons(
  { rowEntitlement, lastUsedDay, entitlementCount }: Snapshot,
  { protectedEntitlements, unusedBefore, unusedGrants }: ResidualQuestion,
  { minCoverage, minCohortSize }: CohortMiningSettings,
  holders: Uint32Array,
  isUnusual: Uint8Array,
  layer: Uint8Array,
): void {
  const isProtected = new Uint8Array(entitlementCount)
  for (const entitlement of protectedEntitlements) isProtected[entitlement] = 1
  const fewest = Math.ceil(minCoverage * minCohortSize - 1e-9)
  const reason = {
    policy: place('policy'),
    unused: place('unused'),
    outlier: place('outlier'),
    oneOff: place('one_off'),
    tooFew: place('too_few_holders'),
    noAttribute: place('no_attribute'),
  }
  for (let at = 0; at < layer.length; at++) {
    if (layer[at] !== none) continue
    const e = rowEntitlement[at]!
    const day = lastUsedDay === undefined ? 0 : lastUsedDay[at]!
    if (isProtected[e] === 1) layer[at] = reason.policy
    else if (unusedGrants === undefined ? day > 0 && day < unusedBefore : unusedGrants[at]! > 0)
      layer[at] = reason.unused
    else if (isUnusual[at] === 1) layer[at] = reason.outlier
    else if (holders[e] === 1) layer[at] = reason.oneOff
    else if (holders[e]! < fewest) layer[at] = reason.tooFew
    else layer[at] = reason.noAttribute
  }
}

function sumsOf(
  { rowOffset, rowEntitlement, identityCount, entitlementApplication, applicationCount }: Snapshot,
  roleCount: number,
  layer: Uint8Array,
  toldBy: Uint16Array,
) {
  const layers = residualLayers.length
  const grants = new Array<number>(layers).fill(0)
  const identities = new Array<number>(layers).fill(0)
  const seenIn = new Int32Array(layers).fill(-1)
  const grantsOfRole = new Array<number>(roleCount).fill(0)
  const grantsOfApplication = new Uint32Array(applicationCount * layers)
  for (let identity = 0; identity < identityCount; identity++) {
    for (let at = rowOffset[identity]!, end = rowOffset[identity + 1]!; at < end; at++) {
      const own = layer[at]!
      grants[own]!++
      grantsOfApplication[entitlementApplication[rowEntitlement[at]!]! * layers + own]!++
      if (toldBy[at] !== toldByNone) grantsOfRole[toldBy[at]!]!++
      if (seenIn[own] === identity) continue
      seenIn[own] = identity
      identities[own]!++
    }
  }
  return { grants, identities, grantsOfRole, grantsOfApplication }
}

// The row loops are separate functions: see `countRow` of count-cohorts.ts.

function countRow(row: Uint32Array, start: number, end: number, count: Uint32Array): void {
  for (let at = start; at < end; at++) count[row[at]!]!++
}

function clearRow(row: Uint32Array, start: number, end: number, count: Uint32Array): void {
  for (let at = start; at < end; at++) count[row[at]!] = 0
}

function tellRow(
  row: Uint32Array,
  start: number,
  end: number,
  isMine: Uint8Array,
  own: number,
  name: number,
  layer: Uint8Array,
  toldBy: Uint16Array,
): void {
  for (let at = start; at < end; at++) {
    if (layer[at] === none && isMine[row[at]!] === 1) {
      layer[at] = own
      toldBy[at] = name
    }
  }
}

/** Selects grants of a residual. A grant must meet all conditions; an absent condition selects all grants. */
export interface ResidualFilter {
  readonly layers?: readonly ResidualLayer[]
  readonly identity?: number
  readonly application?: number
  readonly entitlement?: number
}

/** A grant of a page: its position in the rows, its identity and its entitlement. */
interface ResidualGrant {
  readonly at: number
  readonly identity: number
  readonly entitlement: number
  readonly layer: ResidualLayer
  /** The position of the role that explains it, or `toldByNone`. */
  readonly toldBy: number
}

/**
 * The matching grants from a position in the rows on, up to a number, and the position of the next page; undefined at the end.
 * @param mostPlaces the largest number of positions that one call reads, so that other work can run
 */
export function residualGrants(
  snapshot: Snapshot,
  { layer, toldBy }: Pick<Residual, 'layer' | 'toldBy'>,
  { layers, identity, application, entitlement }: ResidualFilter,
  from: number,
  most: number,
  mostPlaces = Number.POSITIVE_INFINITY,
): { readonly grants: readonly ResidualGrant[]; readonly next: number | undefined } {
  const { rowOffset, rowEntitlement, entitlementApplication } = snapshot
  const isWanted = Uint8Array.from(residualLayers, (one) => (layers === undefined || layers.includes(one) ? 1 : 0))
  const start = Math.max(from, identity === undefined ? 0 : rowOffset[identity]!)
  const last = identity === undefined ? layer.length : rowOffset[identity + 1]!
  const end = Math.min(last, start + mostPlaces)
  const grants: ResidualGrant[] = []
  let owner = ownerOf(rowOffset, start)
  for (let at = start; at < end; at++) {
    if (isWanted[layer[at]!] === 0) continue
    const e = rowEntitlement[at]!
    if (entitlement !== undefined && e !== entitlement) continue
    if (application !== undefined && entitlementApplication[e] !== application) continue
    if (grants.length === most) return { grants, next: at }
    while (rowOffset[owner + 1]! <= at) owner++
    grants.push({ at, identity: owner, entitlement: e, layer: residualLayers[layer[at]!]!, toldBy: toldBy[at]! })
  }
  return { grants, next: end < last ? end : undefined }
}

/** The identity whose row contains a position. */
function ownerOf(rowOffset: Uint32Array, at: number): number {
  let low = 0
  let high = rowOffset.length - 1
  while (low < high - 1) {
    const middle = (low + high) >>> 1
    if (rowOffset[middle]! <= at) low = middle
    else high = middle
  }
  return low
}
