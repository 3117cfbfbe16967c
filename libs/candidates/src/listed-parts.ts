import { type EntitlementDetails, entitlementsByKey, identityNamesByKey } from '@assay/directory'
import { aborted } from '@assay/errors'
import { identityStatuses, identityTypes, type Snapshot } from '@assay/mining'
import type { CandidateData } from './candidates.ts'

/** The position at which a page begins: the version of the candidates on the data, and the index of the item. */
export type PartPosition = readonly [version: string, offset: number]

interface PartPage {
  readonly size: number
  readonly after?: PartPosition | undefined
}

interface Listed<Item> {
  readonly items: Item[]
  readonly total: number
  readonly next: PartPosition | undefined
}

/** An entitlement, with the number of enabled people of a set to whom it is assigned. */
export interface HeldEntitlement extends EntitlementDetails {
  readonly holders: number
  readonly people: number
}

/** An identity, with the number of entitlements of a set that it is assigned. */
interface HoldingIdentity {
  readonly id: string
  readonly displayName: string
  readonly held: number
}

/**
 * One page of entitlements (ordinals, in their order), with the number of their holders among the members.
 * @param version changes with everything on which the list depends
 * @throws aborted when `page` continues another version
 */
export async function entitlementPage(
  { sql, loaded: { snapshot } }: CandidateData,
  version: string,
  all: Uint32Array,
  members: Uint32Array,
  page: PartPage,
): Promise<Listed<HeldEntitlement>> {
  const { ordinals, next } = ordinalsOfPage(version, all, page)
  const { identityStatus, identityType, rowOffset, rowEntitlement, entitlementKey } = snapshot
  const placeOf = new Int32Array(snapshot.entitlementCount).fill(-1)
  for (const [place, ordinal] of ordinals.entries()) placeOf[ordinal] = place
  const counts = new Uint32Array(ordinals.length)
  let people = 0
  for (const member of members) {
    if (identityStatus[member] !== identityStatuses.enabled || identityType[member] !== identityTypes.human) continue
    people++
    for (let at = rowOffset[member]!; at < rowOffset[member + 1]!; at++) {
      const place = placeOf[rowEntitlement[at]!]!
      if (place >= 0) counts[place]!++
    }
  }
  const details = await entitlementsByKey(
    sql,
    Array.from(ordinals, (ordinal) => entitlementKey[ordinal]!),
  )
  const items = Array.from(ordinals, (ordinal, place) => {
    const found = details.get(entitlementKey[ordinal]!)
    return found === undefined ? [] : [{ ...found, holders: counts[place]!, people }]
  })
  return { items: items.flat(), total: all.length, next }
}

/** One page of identities (ordinals, in their order). @throws as entitlementPage */
export async function identityPage(
  { sql, loaded: { snapshot } }: CandidateData,
  version: string,
  all: Uint32Array,
  entitlements: Uint32Array,
  page: PartPage,
): Promise<Listed<HoldingIdentity>> {
  const { ordinals, next } = ordinalsOfPage(version, all, page)
  const names = await identityNamesByKey(
    sql,
    Array.from(ordinals, (ordinal) => snapshot.identityKey[ordinal]!),
  )
  const isMeant = new Uint8Array(snapshot.entitlementCount)
  for (const entitlement of entitlements) isMeant[entitlement] = 1
  const items = Array.from(ordinals, (ordinal) => {
    const found = names.get(snapshot.identityKey[ordinal]!)
    return found === undefined ? [] : [{ ...found, held: heldCount(snapshot, ordinal, isMeant) }]
  })
  return { items: items.flat(), total: all.length, next }
}

function heldCount({ rowOffset, rowEntitlement }: Snapshot, identity: number, isMeant: Uint8Array): number {
  let held = 0
  for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) held += isMeant[rowEntitlement[at]!]!
  return held
}

function ordinalsOfPage(version: string, all: Uint32Array, { size, after }: PartPage) {
  if (after !== undefined && after[0] !== version)
    throw aborted(
      'the candidate or the access data have changed since the previous page; start again from the first page',
      {
        reason: 'CANDIDATE_CHANGED',
      },
    )
  const from = after?.[1] ?? 0
  const end = from + size
  const next: PartPosition | undefined = end < all.length ? [version, end] : undefined
  return { ordinals: all.subarray(from, end), next }
}
