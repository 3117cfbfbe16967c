import type { RoleGraph } from './role-graph.ts'

/** Holders looked at for one entitlement; a share of 0.5 is then known to within 0.12, 19 times out of 20. */
const sampleSize = 64

/** Less similar than this, two entitlements are never seeds of one role. */
const leastSimilarity = 0.15

/** Kept from each entitlement's list, so that thousands of equal columns do not make millions of pairs. */
const mostNeighbours = 256

/** For entitlements `first ..`: who is held by nearly the same persons, most similar first. */
export interface Neighbours {
  readonly first: number
  /** One more than entitlements. */
  readonly offset: Uint32Array
  readonly entitlement: Uint32Array
  /** Estimated Jaccard similarity of the holders. */
  readonly similarity: Float32Array
}

/**
 * For each entitlement of a range the others with similar holders: Jaccard similarity, estimated from up to 64 holders
 * that lie evenly spread over the column. Linear in the rows that are read; no pair is looked at that shares nobody.
 */
export function similarEntitlements(graph: RoleGraph, first: number, end: number, minHolders: number): Neighbours {
  const { columnOffset, columnPerson, rowOffset, rowEntitlement, entitlementCount } = graph
  const count = new Uint8Array(entitlementCount)
  const touched = new Uint32Array(entitlementCount)
  const offset = new Uint32Array(end - first + 1)
  const found: number[] = []
  const similarities: number[] = []
  for (let e = first; e < end; e++) {
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
    offset[e - first + 1] = found.length
  }
  return {
    first,
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

/** How near to an entitlement's nearest one another must be to stand in its seed set: narrow and wide sets. */
const levels = [0.85, 0.6]

/**
 * Seed sets: at each level, every entitlement in turn, the one with most neighbours first, with its neighbours of that
 * level, unless it stands in a set of that level already. So a role gives about one set a level, not one an entitlement.
 */
export function seedSets(parts: readonly Neighbours[], entitlementCount: number): Uint32Array[] {
  const listOf = new Int32Array(entitlementCount).fill(-1)
  for (const [p, { first, offset }] of parts.entries()) {
    for (let i = 0; i + 1 < offset.length; i++) if (offset[i + 1] > offset[i]) listOf[first + i] = p
  }
  const seen = new Set<string>()
  const sets: Uint32Array[] = []
  const best = new Float32Array(entitlementCount)
  for (const { first, offset, similarity } of parts) {
    for (let i = 0; i + 1 < offset.length; i++) if (offset[i + 1] > offset[i]) best[first + i] = similarity[offset[i]]
  }
  const order = Array.from(best.keys()).filter((e) => best[e] > 0)
  order.sort((a, b) => best[b] - best[a] || a - b)
  for (const level of levels) {
    const isClaimed = new Uint8Array(entitlementCount)
    for (const e of order) {
      if (isClaimed[e] === 1) continue
      const { first, offset, entitlement, similarity } = parts[listOf[e]]
      const set = [e]
      const end = offset[e - first + 1]
      for (let at = offset[e - first]; at < end && similarity[at] >= best[e] * level; at++) {
        if (similarity[at] >= best[entitlement[at]] * level) set.push(entitlement[at])
      }
      if (set.length < 2) continue
      for (const f of set) isClaimed[f] = 1
      const sorted = Uint32Array.from(set).sort()
      const key = sorted.join(',')
      if (seen.has(key)) continue
      seen.add(key)
      sets.push(sorted)
    }
  }
  return sets
}
