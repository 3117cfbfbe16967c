import { sharedUint32 } from './shared-arrays.ts'

/** An attribute by which persons are sorted. */
interface SortedAttribute {
  /** The raw value of each identity, negative for none. */
  readonly column: Int32Array
  /** The clean value of each raw value, below `valueCount`; negative for none. */
  readonly remap: Int32Array
  readonly valueCount: number
}

/** The largest number of persons, evenly spread, in the sample that decides whether one attribute follows from another. */
const mostAsked = 16_384

/** An attribute follows from another when it differs for at most this share of the persons who share a value of the other. */
const fewExceptions = 0.05

/**
 * Sorts persons by their attributes, so that the members of a group are near each other and a pass over their rows finds these in the
 * cache. The first sort key is the attribute that follows from most other attributes, as a division follows from department, title and
 * manager: all groups of those attributes then lie inside one part of the order. Of equal attributes, the one with the fewest values
 * comes first.
 */
export function inReadingOrder(identities: Uint32Array, attributes: readonly SortedAttribute[]): Uint32Array {
  let from = sharedUint32(identities.length)
  from.set(identities)
  let to = sharedUint32(identities.length)
  const rank = ranksOf(sampleOf(identities), attributes)
  const leastSignificantFirst = [...attributes.keys()].sort(
    (a, b) => rank[a]! - rank[b]! || attributes[b]!.valueCount - attributes[a]!.valueCount || b - a,
  )
  for (const index of leastSignificantFirst) {
    const attribute = attributes[index]!
    const next = new Uint32Array(attribute.valueCount + 2)
    // Bucket 0 is for persons without a value. Counting sorts are stable.
    const bucket = (identity: number) => cleanValue(attribute, identity) + 1
    for (let i = 0; i < from.length; i++) next[bucket(from[i]!) + 1]!++
    for (let v = 0; v <= attribute.valueCount; v++) next[v + 1]! += next[v]!
    for (let i = 0; i < from.length; i++) to[next[bucket(from[i]!)]!++] = from[i]!
    ;[from, to] = [to, from]
  }
  return from
}

function sampleOf(identities: Uint32Array): Uint32Array {
  const step = Math.max(1, Math.ceil(identities.length / mostAsked))
  return Uint32Array.from({ length: Math.ceil(identities.length / step) }, (_, i) => identities[i * step]!)
}

/** For each attribute, the number of attributes from which it follows. */
function ranksOf(sample: Uint32Array, attributes: readonly SortedAttribute[]): number[] {
  const rank = attributes.map(() => 0)
  for (const source of attributes) {
    const firstSharers = firstSharersOf(sample, source)
    for (const [a, attribute] of attributes.entries()) {
      if (attribute !== source && follows(attribute, sample, firstSharers)) rank[a]!++
    }
  }
  return rank
}

/** For each person of the sample, the first earlier person with the same value; the person itself if there is none. */
function firstSharersOf(sample: Uint32Array, source: SortedAttribute): Uint32Array {
  const first = new Int32Array(source.valueCount).fill(-1)
  return sample.map((identity) => {
    const value = cleanValue(source, identity)
    if (value < 0) return identity
    if (first[value]! < 0) first[value] = identity
    return first[value]!
  })
}

/** Whether persons who share a value of the other attribute nearly always share a value of this one. */
function follows(attribute: SortedAttribute, sample: Uint32Array, firstSharers: Uint32Array): boolean {
  let sharing = 0
  let exceptions = 0
  for (let i = 0; i < sample.length; i++) {
    if (firstSharers[i] === sample[i]) continue
    const value = cleanValue(attribute, sample[i]!)
    const other = cleanValue(attribute, firstSharers[i]!)
    if (value < 0 || other < 0) continue
    sharing++
    if (value !== other) exceptions++
  }
  return sharing > 0 && exceptions <= fewExceptions * sharing
}

/** The clean value of an identity, -1 for none. */
function cleanValue({ column, remap }: SortedAttribute, identity: number): number {
  return column[identity]! < 0 ? -1 : remap[column[identity]!]!
}
