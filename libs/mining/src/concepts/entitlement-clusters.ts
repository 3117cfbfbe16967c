import { type BitSet, bitSetOf, countCommon } from './bit-sets.ts'
import type { CohortColumns } from './cohort-columns.ts'

/** Entitlements of a cohort that tend to be held together. */
export interface EntitlementCluster {
  /** Ordinals, most held first. */
  readonly entitlements: readonly number[]
  /** Members that hold every one of them. */
  readonly userCount: number
  /** Mean coverage of the entitlements. */
  readonly avgCoverage: number
  /** Mean Jaccard similarity of the pairs by who holds them, 0 to 1. */
  readonly avgSimilarity: number
}

/** Two entitlements belong together when their holders have at least this Jaccard similarity. */
const leastSimilarity = 0.6

/** Entitlements with fewer holders than both of these are noise: a few members, and a hundredth of the cohort. */
const fewestHolders = 3
const leastCoverage = 0.01

/** The most held entitlements that are clustered. */
const mostEntitlements = 2000

/**
 * Clusters around leaders: entitlements in the order of their coverage; each joins the cluster whose leader it is most
 * similar to (Jaccard similarity of the holders, at least 0.6), or leads one of its own. So every member of a cluster is
 * near its leader, and the result does not depend on anything but the data. Clusters of one are left out.
 */
export function entitlementClusters(columns: CohortColumns): EntitlementCluster[] {
  const { entitlements, offset, holder, members } = columns
  const clusters: { readonly at: number[]; readonly bits: BitSet[] }[] = []
  const fewest = Math.max(fewestHolders, leastCoverage * members.length)
  const size = (i: number) => offset[i + 1] - offset[i]
  for (let i = 0; i < Math.min(entitlements.length, mostEntitlements) && size(i) >= fewest; i++) {
    const bits = bitSetOf(holder, offset[i], offset[i + 1], members.length)
    let best = -1
    let bestSimilarity = leastSimilarity
    for (let c = clusters.length - 1; c >= 0; c--) {
      // Leaders come in the order of their size: the smaller set over the larger bounds the similarity.
      const leaderSize = size(clusters[c].at[0])
      if (size(i) < bestSimilarity * leaderSize) break
      const both = countCommon(bits, clusters[c].bits[0])
      const similarity = both / (size(i) + leaderSize - both)
      if (similarity >= bestSimilarity) {
        best = c
        bestSimilarity = similarity
      }
    }
    if (best < 0) {
      clusters.push({ at: [i], bits: [bits] })
    } else {
      clusters[best].at.push(i)
      clusters[best].bits.push(bits)
    }
  }
  return clusters
    .filter(({ at }) => at.length > 1)
    .map(({ at, bits }) => {
      const inAll = bits[0].slice()
      for (const other of bits) for (let w = 0; w < inAll.length; w++) inAll[w] &= other[w]
      let similarity = 0
      for (let i = 0; i < at.length; i++) {
        for (let j = i + 1; j < at.length; j++) {
          const both = countCommon(bits[i], bits[j])
          similarity += both / (size(at[i]) + size(at[j]) - both)
        }
      }
      return {
        entitlements: at.map((i) => entitlements[i]),
        userCount: countCommon(inAll, inAll),
        avgCoverage: at.reduce((sum, i) => sum + size(i), 0) / (at.length * members.length),
        avgSimilarity: similarity / ((at.length * (at.length - 1)) / 2),
      }
    })
    .sort(
      (a, b) =>
        b.entitlements.length * b.avgCoverage - a.entitlements.length * a.avgCoverage ||
        a.entitlements[0] - b.entitlements[0],
    )
}
