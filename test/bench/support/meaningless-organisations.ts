import { listsFrom, rowsFromGrants, type SnapshotParts } from '@assay/mining'
import { dictionaryOf, mulberry32, rowOf } from './organisation-draft.ts'

/** Random grants and attributes. A miner that finds a role here would find roles everywhere. */
export function noise(options: {
  readonly seed: number
  readonly identityCount: number
  readonly entitlementCount: number
  readonly density: number
}): SnapshotParts {
  const { seed, identityCount, entitlementCount, density } = options
  const random = mulberry32(seed)
  const identity: number[] = []
  const entitlement: number[] = []
  for (let i = 0; i < identityCount; i++) {
    for (let e = 0; e < entitlementCount; e++) {
      if (random() >= density) continue
      identity.push(i)
      entitlement.push(e)
    }
  }
  const kinds = [3, 12, 40, Math.round(identityCount / 15), Math.round(identityCount / 6)]
  return {
    identityKey: Int32Array.from({ length: identityCount }, (_, i) => i + 1),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, e) => e + 1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(entitlementCount),
    identityStatus: new Uint8Array(identityCount),
    identityType: new Uint8Array(identityCount),
    ...rowsFromGrants(
      { identityCount, entitlementCount },
      { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(entitlement) },
    ),
    attributes: kinds.map((count, k) =>
      dictionaryOf(
        `attribute_${k}`,
        Array.from({ length: identityCount }, () => `${Math.floor(count * random() ** 1.5)}`),
      ),
    ),
  }
}

/** The same people with the attributes of other people: access that is held together stays, but no attribute describes it. */
export function withPermutedAttributes(parts: SnapshotParts, seed: number): SnapshotParts {
  const order = permutation(parts.identityKey.length, mulberry32(seed))
  return {
    ...parts,
    attributes: parts.attributes.map(({ key, values, column, lists }) =>
      column === undefined
        ? { key, values, lists: listsFrom(Array.from(order, (from) => rowOf(lists, from))) }
        : { key, values, column: Int32Array.from(order, (from) => column[from]!) },
    ),
  }
}

/**
 * Each person holds as many entitlements as before, and each entitlement has nearly as many holders, but the pairs are random: all grants
 * are assigned again, and swaps remove an entitlement that a person would get twice.
 */
export function withDealtGrants(parts: SnapshotParts, seed: number): SnapshotParts {
  const random = mulberry32(seed)
  const dealt = parts.rowEntitlement.slice()
  const order = permutation(dealt.length, random)
  for (let at = 0; at < order.length; at++) dealt[at] = parts.rowEntitlement[order[at]!]!
  const owner = new Uint32Array(dealt.length)
  const rows = Array.from({ length: parts.identityKey.length }, (_, i) => {
    owner.fill(i, parts.rowOffset[i], parts.rowOffset[i + 1])
    return new Map<number, number>()
  })
  const put = (person: number, e: number, by: number) => rows[person]!.set(e, (rows[person]!.get(e) ?? 0) + by)
  for (let at = 0; at < dealt.length; at++) put(owner[at]!, dealt[at]!, 1)
  for (let at = 0; at < dealt.length; at++) {
    for (let tries = 0; rows[owner[at]!]!.get(dealt[at]!)! > 1 && tries < 200; tries++) {
      const other = Math.floor(random() * dealt.length)
      if ((rows[owner[at]!]!.get(dealt[other]!) ?? 0) > 0 || (rows[owner[other]!]!.get(dealt[at]!) ?? 0) > 0) continue
      put(owner[at]!, dealt[at]!, -1)
      put(owner[other]!, dealt[other]!, -1)
      ;[dealt[at], dealt[other]] = [dealt[other]!, dealt[at]!]
      put(owner[at]!, dealt[at]!, 1)
      put(owner[other]!, dealt[other], 1)
    }
  }
  return {
    ...parts,
    ...rowsFromGrants(
      { identityCount: parts.identityKey.length, entitlementCount: parts.entitlementKey.length },
      { identity: owner, entitlement: dealt },
    ),
  }
}

function permutation(count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const moved = order[last]!
    order[last] = order[other]!
    order[other] = moved
  }
  return order
}
