import { sharedUint32 } from './shared-arrays.ts'

/** An attribute as persons are sorted by it. */
export interface SortedAttribute {
  /** Raw value of each identity, negative for none. */
  readonly column: Int32Array
  /** Clean value of each raw one, below `valueCount`; negative for none. */
  readonly remap: Int32Array
  readonly valueCount: number
}

/** Whether one attribute follows from another is judged by at most so many persons, evenly spread. */
const mostAsked = 16_384

/** It follows when it differs for at most this share of those who share the other with somebody. */
const fewExceptions = 0.05

/**
 * Persons sorted by their attributes, so that members of one group lie near each other and a pass over its rows finds
 * them in the cache. First comes what follows from most other attributes, as a division follows from department, title
 * and manager: all groups of those lie inside one part of the order then. Among equals the one with fewest values.
 */
export function inReadingOrder(identities: Uint32Array, attributes: readonly SortedAttribute[]): Uint32Array {
  let from = sharedUint32(identities.length)
  from.set(identities)
  let to = sharedUint32(identities.length)
  const rank = attributes.map((attribute) => attributes.filter((other) => follows(attribute, other, identities)).length)
  const leastSignificantFirst = [...attributes.keys()].sort(
    (a, b) => rank[a] - rank[b] || attributes[b].valueCount - attributes[a].valueCount || b - a,
  )
  for (const index of leastSignificantFirst) {
    const attribute = attributes[index]
    const next = new Uint32Array(attribute.valueCount + 2)
    // Bucket 0 is for none. Counting sorts are stable.
    const bucket = (identity: number) => cleanValue(attribute, identity) + 1
    for (let i = 0; i < from.length; i++) next[bucket(from[i]) + 1]++
    for (let v = 0; v <= attribute.valueCount; v++) next[v + 1] += next[v]
    for (let i = 0; i < from.length; i++) to[next[bucket(from[i])]++] = from[i]
    ;[from, to] = [to, from]
  }
  return from
}

/** Whether persons who share a value of `source` nearly always share one of `attribute`. */
function follows(attribute: SortedAttribute, source: SortedAttribute, identities: Uint32Array): boolean {
  if (attribute === source) return false
  const firstSeen = new Int32Array(source.valueCount).fill(-1)
  const step = Math.max(1, Math.ceil(identities.length / mostAsked))
  let sharing = 0
  let exceptions = 0
  for (let i = 0; i < identities.length; i += step) {
    const from = cleanValue(source, identities[i])
    const value = cleanValue(attribute, identities[i])
    if (from < 0 || value < 0) continue
    if (firstSeen[from] < 0) firstSeen[from] = value
    else {
      sharing++
      if (firstSeen[from] !== value) exceptions++
    }
  }
  return sharing > 0 && exceptions <= fewExceptions * sharing
}

/** -1 for none. */
function cleanValue({ column, remap }: SortedAttribute, identity: number): number {
  return column[identity] < 0 ? -1 : remap[column[identity]]
}
