import { type SnapshotParts, transpose } from '@assay/mining'

/** A pair of a person and an entitlement that is recommended, the surest first. */
export interface RankedPair {
  readonly person: number
  readonly entitlement: number
  readonly score: number
}

const neighbourCount = 10

/**
 * A simple recommender for comparison: the ten most similar people (common attribute values, and the share of common entitlements), and the
 * number of them who hold an entitlement that the person lacks.
 */
export function nearestNeighbours(parts: SnapshotParts): RankedPair[] {
  const { rowOffset, rowEntitlement, attributes } = parts
  const identityCount = parts.identityKey.length
  const entitlementCount = parts.entitlementKey.length
  const { columnOffset, columnIdentity } = transpose({ identityCount, entitlementCount, rowOffset, rowEntitlement })
  const alike = new Float64Array(identityCount)
  const common = new Uint32Array(identityCount)
  const votes = new Uint32Array(entitlementCount)
  const found: RankedPair[] = []
  for (let person = 0; person < identityCount; person++) {
    alike.fill(0)
    for (const { column } of attributes) {
      // The public set has no lists.
      const value = column?.[person] ?? -1
      if (column === undefined || value < 0) continue
      for (let other = 0; other < identityCount; other++)
        if (column[other] === value) alike[other]! += 1 / attributes.length
    }
    const touched: number[] = []
    const held = rowOffset[person + 1]! - rowOffset[person]!
    for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) {
      const e = rowEntitlement[at]!
      for (let c = columnOffset[e]!; c < columnOffset[e + 1]!; c++)
        if (common[columnIdentity[c]!]!++ === 0) touched.push(columnIdentity[c]!)
    }
    for (const other of touched) {
      alike[other]! += common[other]! / (held + rowOffset[other + 1]! - rowOffset[other]! - common[other]!)
      common[other] = 0
    }
    alike[person] = -1
    const nearest: number[] = []
    for (let other = 0; other < identityCount; other++) {
      if (nearest.length === neighbourCount && alike[other]! <= alike[nearest[neighbourCount - 1]!]!) continue
      let place = nearest.length === neighbourCount ? neighbourCount - 1 : nearest.length
      for (; place > 0 && alike[nearest[place - 1]!]! < alike[other]!; place--) nearest[place] = nearest[place - 1]!
      nearest[place] = other
    }
    const own = new Set(rowEntitlement.subarray(rowOffset[person], rowOffset[person + 1]))
    const voted: number[] = []
    for (const other of nearest) {
      for (let at = rowOffset[other]!; at < rowOffset[other + 1]!; at++) {
        if (!own.has(rowEntitlement[at]!) && votes[rowEntitlement[at]!]!++ === 0) voted.push(rowEntitlement[at]!)
      }
    }
    for (const entitlement of voted) {
      found.push({ person, entitlement, score: votes[entitlement]! })
      votes[entitlement] = 0
    }
  }
  return found
}
