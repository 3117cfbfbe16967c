import type { RoleGraph } from './role-graph.ts'

/** Holders looked at for one entitlement; a share of 0.5 is then known to within 0.17, 19 times out of 20. */
const sampleSize = 32

/** Less similar than this, two entitlements are never seeds of one role. */
const leastSimilarity = 0.15

/** Kept from each entitlement's list, so that thousands of equal columns do not make millions of pairs. */
const mostNeighbours = 256

/** How near to an entitlement's nearest one another must be to stand in its seed set: narrow and wide sets. */
const levels = [0.85, 0.6]

/** For each of some entitlements: what is held by nearly the same persons, most similar first. */
export interface Neighbours {
  readonly of: Uint32Array
  /** One more than `of`. */
  readonly offset: Uint32Array
  readonly entitlement: Uint32Array
  /** Estimated Jaccard similarity of the holders. */
  readonly similarity: Float32Array
}

/**
 * For each of some entitlements the others with similar holders: Jaccard similarity, estimated from up to 32 holders
 * that lie evenly spread over the column. Linear in the rows that are read; no pair is looked at that shares nobody.
 */
export function similarEntitlements(graph: RoleGraph, of: Uint32Array, minHolders: number): Neighbours {
  const { columnOffset, columnPerson, rowOffset, rowEntitlement, entitlementCount } = graph
  const count = new Uint8Array(entitlementCount)
  const touched = new Uint32Array(entitlementCount)
  const offset = new Uint32Array(of.length + 1)
  const found: number[] = []
  const similarities: number[] = []
  for (const [i, e] of of.entries()) {
    const start = columnOffset[e]
    const held = columnOffset[e + 1] - start
    if (held >= minHolders) {
      const sample = Math.min(held, sampleSize)
      let touchedCount = 0
      for (let s = 0; s < sample; s++) {
        const person = columnPerson[start + Math.floor((s * held) / sample)]
        touchedCount = tally(rowEntitlement, rowOffset[person], rowOffset[person + 1], count, touched, touchedCount)
      }
      const list: { readonly f: number; readonly similarity: number }[] = []
      // No similarity reaches the least one with fewer common holders than this.
      const fewest = Math.max(2, Math.ceil(leastSimilarity * sample))
      for (let t = 0; t < touchedCount; t++) {
        const f = touched[t]
        const c = count[f]
        count[f] = 0
        if (c < fewest || f === e) continue
        const heldF = columnOffset[f + 1] - columnOffset[f]
        if (heldF < minHolders) continue
        const both = Math.min((c / sample) * held, heldF)
        const similarity = both / (held + heldF - both)
        if (similarity >= leastSimilarity) list.push({ f, similarity })
      }
      list.sort((a, b) => b.similarity - a.similarity || a.f - b.f)
      for (const { f, similarity } of list.slice(0, mostNeighbours)) {
        found.push(f)
        similarities.push(similarity)
      }
    }
    offset[i + 1] = found.length
  }
  return {
    of,
    offset,
    entitlement: Uint32Array.from(found),
    similarity: Float32Array.from(similarities),
  }
}

function tally(
  row: Uint32Array,
  start: number,
  end: number,
  count: Uint8Array,
  touched: Uint32Array,
  touchedCount: number,
): number {
  let next = touchedCount
  for (let at = start; at < end; at++) {
    const e = row[at]
    const c = count[e]
    if (c === 0) touched[next++] = e
    count[e] = c + 1
  }
  return next
}

/** One entitlement in this many is asked first; most others are then known to be like one of those. */
const firstShare = 4

/** The entitlements to ask first: one in four, spread by a hash of the ordinal, others in each round. */
export function askedFirst(
  { columnOffset, entitlementCount }: RoleGraph,
  minHolders: number,
  round: number,
): Uint32Array {
  return Uint32Array.from({ length: entitlementCount }, (_, e) => e).filter(
    (e) =>
      columnOffset[e + 1] - columnOffset[e] >= minHolders &&
      (Math.imul(e + 1, 0x9e3779b1) >>> 28) % firstShare === round % firstShare,
  )
}

/** And those that are left: not asked, and not nearly the same as one that was. */
export function askedSecond(
  { columnOffset, entitlementCount }: RoleGraph,
  minHolders: number,
  parts: readonly Neighbours[],
): Uint32Array {
  const isKnown = new Uint8Array(entitlementCount)
  for (const { of, offset, entitlement, similarity } of parts) {
    for (let i = 0; i < of.length; i++) {
      isKnown[of[i]] = 1
      const own = columnOffset[of[i] + 1] - columnOffset[of[i]]
      for (let at = offset[i]; at < offset[i + 1]; at++) {
        if (similarity[at] < similarity[offset[i]] * levels[0]) break
        const held = columnOffset[entitlement[at] + 1] - columnOffset[entitlement[at]]
        if (held < own * asManyHolders && own < held * asManyHolders) isKnown[entitlement[at]] = 1
      }
    }
  }
  return Uint32Array.from({ length: entitlementCount }, (_, e) => e).filter(
    (e) => columnOffset[e + 1] - columnOffset[e] >= minHolders && isKnown[e] === 0,
  )
}

/** An entitlement speaks for its nearest neighbours if they have about as many holders; one that two roles share has more. */
const asManyHolders = 1.25

/**
 * Seed sets: at each level, every entitlement in turn, the one with the nearest neighbour first, with its neighbours of
 * that level, unless it stands in a set of that level already. So a role gives about one set a level, not one an
 * entitlement. A neighbour that is much nearer to others is left to them.
 */
export function seedSets(parts: readonly Neighbours[], entitlementCount: number): Uint32Array[] {
  const best = new Float32Array(entitlementCount)
  const lists: { readonly e: number; readonly part: Neighbours; readonly start: number; readonly end: number }[] = []
  for (const part of parts) {
    const { of, offset, entitlement, similarity } = part
    for (let i = 0; i < of.length; i++) {
      if (offset[i + 1] === offset[i]) continue
      lists.push({ e: of[i], part, start: offset[i], end: offset[i + 1] })
      best[of[i]] = Math.max(best[of[i]], similarity[offset[i]])
      for (let at = offset[i]; at < offset[i + 1]; at++) {
        best[entitlement[at]] = Math.max(best[entitlement[at]], similarity[at])
      }
    }
  }
  lists.sort((a, b) => best[b.e] - best[a.e] || a.e - b.e)
  const sets: Uint32Array[] = []
  const narrower = new Int32Array(entitlementCount).fill(-1)
  for (const level of levels) {
    const before = sets.length
    const isClaimed = new Uint8Array(entitlementCount)
    for (const { e, part, start, end } of lists) {
      if (isClaimed[e] === 1) continue
      const { entitlement, similarity } = part
      const set = [e]
      for (let at = start; at < end && similarity[at] >= best[e] * level; at++) {
        if (similarity[at] >= best[entitlement[at]] * level) set.push(entitlement[at])
      }
      if (set.length < 2) continue
      for (const f of set) isClaimed[f] = 1
      // All but the same set at a narrower level: nothing else would grow from it.
      const twin = narrower[e] < 0 ? 0 : set.filter((f) => narrower[f] === narrower[e]).length
      if (twin * 10 >= set.length * 9) continue
      sets.push(Uint32Array.from(set).sort())
    }
    for (let s = before; s < sets.length; s++) for (const f of sets[s]) narrower[f] = s
  }
  return sets
}
