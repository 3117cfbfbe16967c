import { itemAt } from '@assay/errors'
import { type EffectiveHolders, lowerBound, ordinalOf, ordinalsOf, type Snapshot } from '@assay/mining'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import { heldAccess } from './held-access.ts'

/** Says by keys that an identity has an entitlement. */
export interface HeldPair {
  readonly entitlementKey: number
  readonly identityKey: number
}

/** Conditions on access; an absent condition accepts all. */
interface HeldQuestion {
  /** Keys in any order. */
  readonly entitlementKeys?: readonly number[] | undefined
  /** The access of any of these people; with an application, only their access in that application. */
  readonly people?: readonly HeldIn[] | undefined
}

/** A person; with an application, only the person's access in it. */
export interface HeldIn {
  readonly identityKey: number
  readonly applicationKey: number | undefined
}

/** The pair at the end of a page. Keys never change, so pages are consistent even if an import happens in between. */
type HeldPosition = readonly [entitlementKey: number, identityKey: number]

interface HeldPage {
  readonly size: number
  readonly after?: HeldPosition | undefined
}

/**
 * Who has which entitlement in the import in force, by effective access, sorted by the keys of entitlements and then of identities. The
 * time for a page depends on the number of its pairs; with people, on the access of these people.
 */
export async function listHeld(
  loaded: LoadedSnapshot | undefined,
  question: HeldQuestion,
  { size, after }: HeldPage,
): Promise<{ readonly pairs: readonly HeldPair[]; readonly last: HeldPosition | undefined }> {
  if (loaded === undefined) return { pairs: [], last: undefined }
  const { snapshot } = loaded
  const held = await heldAccess(snapshot)
  const found =
    question.people === undefined
      ? ofEntitlements(snapshot, held, question.entitlementKeys, after, size + 1)
      : ofPeople(snapshot, held, question, question.people, after).slice(0, size + 1)
  const pairs = found.slice(0, size)
  const end = found.length > size ? pairs.at(-1) : undefined
  return { pairs, last: end && [end.entitlementKey, end.identityKey] }
}

function ofEntitlements(
  { entitlementKey, identityKey, entitlementCount }: Snapshot,
  held: EffectiveHolders,
  keys: readonly number[] | undefined,
  after: HeldPosition | undefined,
  most: number,
): HeldPair[] {
  const wanted = keys && ordinalsOf(entitlementKey, keys).ordinals
  const first = after === undefined ? 0 : lowerBound(entitlementKey, after[0])
  const pairs: HeldPair[] = []
  const count = wanted?.length ?? entitlementCount
  for (let place = wanted ? lowerBound(wanted, first) : first; place < count && pairs.length < most; place++) {
    const ordinal = wanted?.[place] ?? place
    const key = itemAt(entitlementKey, ordinal)
    const from = after !== undefined && key === after[0] ? lowerBound(identityKey, after[1] + 1) : 0
    for (const identity of held.from(ordinal, from, most - pairs.length)) {
      pairs.push({ entitlementKey: key, identityKey: itemAt(identityKey, identity) })
    }
  }
  return pairs
}

function ofPeople(
  snapshot: Snapshot,
  held: EffectiveHolders,
  { entitlementKeys }: HeldQuestion,
  people: readonly HeldIn[],
  after: HeldPosition | undefined,
): HeldPair[] {
  const { entitlementKey, identityKey, applicationKey, entitlementApplication } = snapshot
  const wanted = entitlementKeys && new Set(ordinalsOf(entitlementKey, entitlementKeys).ordinals)
  const pairs = new Map<string, HeldPair>()
  for (const person of people) {
    const identity = ordinalOf(identityKey, person.identityKey)
    if (identity === -1) continue
    for (const entitlement of held.heldBy(identity)) {
      if (wanted !== undefined && !wanted.has(entitlement)) continue
      const application = applicationKey[itemAt(entitlementApplication, entitlement)]
      if (person.applicationKey !== undefined && person.applicationKey !== application) continue
      const pair = { entitlementKey: itemAt(entitlementKey, entitlement), identityKey: person.identityKey }
      if (after !== undefined && inOrder(pair, { entitlementKey: after[0], identityKey: after[1] }) <= 0) continue
      pairs.set(`${pair.entitlementKey}/${pair.identityKey}`, pair)
    }
  }
  return [...pairs.values()].sort(inOrder)
}

function inOrder(one: HeldPair, other: HeldPair): number {
  return one.entitlementKey - other.entitlementKey || one.identityKey - other.identityKey
}

/** The number of identities that have each of the entitlements, in order; 0 for an entitlement that the import in force does not have. */
export async function countHolders(
  loaded: LoadedSnapshot | undefined,
  entitlementKeys: readonly number[],
): Promise<readonly number[]> {
  if (loaded === undefined) return entitlementKeys.map(() => 0)
  const { snapshot } = loaded
  const held = await heldAccess(snapshot)
  return entitlementKeys.map((key) => {
    const ordinal = ordinalOf(snapshot.entitlementKey, key)
    return ordinal === -1 ? 0 : held.count(ordinal)
  })
}
