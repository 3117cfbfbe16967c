import type { RoleGraph } from './role-graph.ts'

/** Holders looked at for one entitlement; a share of 0.5 is then known to within 0.17, 19 times out of 20. */
const sampleSize = 32

/** Less similar than this, two entitlements are never seeds of one role. */
const leastSimilarity = 0.15

/** Kept from each entitlement's list, so that thousands of equal columns do not make millions of pairs. */
const mostNeighbours = 256

/** As near as this to an entitlement's nearest, relative to that, another is as good as the nearest. */
export const asNear = 0.85

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
    const start = columnOffset[e]!
    const held = columnOffset[e + 1]! - start
    if (held >= minHolders) {
      const sample = Math.min(held, sampleSize)
      let touchedCount = 0
      for (let s = 0; s < sample; s++) {
        const person = columnPerson[start + Math.floor((s * held) / sample)]!
        touchedCount = tally(rowEntitlement, rowOffset[person]!, rowOffset[person + 1]!, count, touched, touchedCount)
      }
      const list: { readonly f: number; readonly similarity: number }[] = []
      // No similarity reaches the least one with fewer common holders than this.
      const fewest = Math.max(2, Math.ceil(leastSimilarity * sample))
      for (let t = 0; t < touchedCount; t++) {
        const f = touched[t]!
        const c = count[f]!
        count[f] = 0
        if (c < fewest || f === e) continue
        const heldF = columnOffset[f + 1]! - columnOffset[f]!
        if (heldF < minHolders) continue
        // Multiplied first: a column that is looked at whole has a whole number, and equal similarities are equal.
        const both = Math.min((c * held) / sample, heldF)
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
    const e = row[at]!
    const c = count[e]!
    if (c === 0) touched[next++] = e
    count[e] = c + 1
  }
  return next
}

/** One entitlement in this many is asked first; most others are then known to be like one of those. */
const firstShare = 4

/**
 * The entitlements worth asking about: held by enough, and `leastLeft` of their holders not explained yet. What is left
 * of an entitlement whose roles were found is strays.
 */
export function askable(graph: RoleGraph, full: RoleGraph, minHolders: number, leastLeft: number): Uint32Array {
  const { columnOffset, entitlementCount } = graph
  return Uint32Array.from({ length: entitlementCount }, (_, e) => e).filter((e) => {
    const left = columnOffset[e + 1]! - columnOffset[e]!
    return left >= minHolders && left >= leastLeft * (full.columnOffset[e + 1]! - full.columnOffset[e]!)
  })
}

/** Those to ask first: one in four, spread by a hash of the ordinal, others in each round. */
export function askedFirst(askable: Uint32Array, round: number): Uint32Array {
  return askable.filter((e) => (Math.imul(e + 1, 0x9e3779b1) >>> 28) % firstShare === round % firstShare)
}

/** And those that are left: not asked, and not nearly the same as one that was. */
export function askedSecond(
  { columnOffset, entitlementCount }: RoleGraph,
  askable: Uint32Array,
  parts: readonly Neighbours[],
): Uint32Array {
  const isKnown = new Uint8Array(entitlementCount)
  for (const { of, offset, entitlement, similarity } of parts) {
    for (let i = 0; i < of.length; i++) {
      isKnown[of[i]!] = 1
      const own = columnOffset[of[i]! + 1]! - columnOffset[of[i]!]!
      for (let at = offset[i]!; at < offset[i + 1]!; at++) {
        if (similarity[at]! < similarity[offset[i]!]! * asNear) break
        const held = columnOffset[entitlement[at]! + 1]! - columnOffset[entitlement[at]!]!
        if (held < own * asManyHolders && own < held * asManyHolders) isKnown[entitlement[at]!] = 1
      }
    }
  }
  return askable.filter((e) => isKnown[e] === 0)
}

/** An entitlement speaks for its nearest if they have about as many holders; one that two roles share has more. */
const asManyHolders = 1.25
