import type { RoleGraph } from './role-graph.ts'

/** The number of holders in the sample for one entitlement. The error of a share of 0.5 is then below 0.17, 19 times out of 20. */
const sampleSize = 32

/** Two entitlements with a lower similarity are never seeds of one role. */
const leastSimilarity = 0.15

/** The length limit of each entitlement's list, so that thousands of equal columns do not make millions of pairs. */
const mostNeighbours = 256

/** A neighbour with at least this share of the nearest one's similarity counts as equally near. */
export const asNear = 0.85

/** For each of some entitlements: the entitlements with nearly the same holders, the most similar first. */
export interface Neighbours {
  readonly of: Uint32Array
  /** One element more than `of`. */
  readonly offset: Uint32Array
  readonly entitlement: Uint32Array
  /** Estimated Jaccard similarity of the holders. */
  readonly similarity: Float32Array
}

/**
 * For each of some entitlements, the entitlements with similar holders. The Jaccard similarity is estimated from up to 32 holders, evenly
 * spread over the column. The time is linear in the rows that are read; pairs without common holders take no time.
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
      // With fewer common holders no pair reaches the least similarity.
      const fewest = Math.max(2, Math.ceil(leastSimilarity * sample))
      for (let t = 0; t < touchedCount; t++) {
        const f = touched[t]!
        const c = count[f]!
        count[f] = 0
        if (c < fewest || f === e) continue
        const heldF = columnOffset[f + 1]! - columnOffset[f]!
        if (heldF < minHolders) continue
        // It multiplies first, so that a column that is read completely gives a whole number, and equal similarities are equal.
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

/** One entitlement out of this many is processed first. Most of the rest are then known to be similar to one of these. */
const firstShare = 4

/**
 * The entitlements to process: those with enough holders, of whom at least `leastLeft` are not explained yet. When the roles of an
 * entitlement were found already, fewer unexplained holders are stray grants.
 */
export function askable(graph: RoleGraph, full: RoleGraph, minHolders: number, leastLeft: number): Uint32Array {
  const { columnOffset, entitlementCount } = graph
  return Uint32Array.from({ length: entitlementCount }, (_, e) => e).filter((e) => {
    const left = columnOffset[e + 1]! - columnOffset[e]!
    return left >= minHolders && left >= leastLeft * (full.columnOffset[e + 1]! - full.columnOffset[e]!)
  })
}

/** The entitlements to process first: one in four, chosen by a hash of the ordinal, different ones in each round. */
export function askedFirst(askable: Uint32Array, round: number): Uint32Array {
  return askable.filter((e) => (Math.imul(e + 1, 0x9e3779b1) >>> 28) % firstShare === round % firstShare)
}

/** The entitlements to process second: those not processed yet and not nearly equal to a processed one. */
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

/** An entitlement represents its nearest neighbour if both have about the same number of holders. One that two roles share has more. */
const asManyHolders = 1.25
