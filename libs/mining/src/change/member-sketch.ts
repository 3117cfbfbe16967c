/**
 * The smallest hashes of a set's keys, ascending. They are enough to estimate the similarity of two sets of any size. For up to
 * `sketchSize` members the sketch is the whole set.
 */
export type MemberSketch = readonly number[]

/** For larger sets the error of the similarity is mostly below 1 / sqrt(128), 9 %. */
const sketchSize = 128

/** Computes the sketch. The order of the keys does not matter. */
export function memberSketch(keys: ArrayLike<number>): MemberSketch {
  const hashes = new Uint32Array(keys.length)
  for (let i = 0; i < keys.length; i++) hashes[i] = hashOf(keys[i]!)
  return [...hashes.sort().subarray(0, sketchSize)]
}

/**
 * A digest that distinguishes sets of any size, which sketches do not: 16 hexadecimal digits. The order of the keys does not matter. Two
 * different sets have the same digest with a probability of one in 2^60.
 */
export function memberDigest(keys: ArrayLike<number>): string {
  let sum = 0
  let mixed = 0
  for (let i = 0; i < keys.length; i++) {
    const hash = hashOf(keys[i]!)
    sum = (sum + hash) >>> 0
    mixed = (mixed ^ hashOf(hash ^ 0x5bd1e995)) >>> 0
  }
  return sum.toString(16).padStart(8, '0') + mixed.toString(16).padStart(8, '0')
}

/** Estimates the number of shared members and of members of either set from two sketches; exact when both sketches are whole sets. */
export function sharedMembers(
  a: { readonly size: number; readonly members: MemberSketch },
  b: { readonly size: number; readonly members: MemberSketch },
): { readonly both: number; readonly either: number } {
  const isWhole = a.size <= sketchSize && b.size <= sketchSize
  const most = isWhole ? Number.POSITIVE_INFINITY : sketchSize
  let i = 0
  let j = 0
  let seen = 0
  let both = 0
  while ((i < a.members.length || j < b.members.length) && seen < most) {
    const x = a.members[i] ?? Number.POSITIVE_INFINITY
    const y = b.members[j] ?? Number.POSITIVE_INFINITY
    if (x === y) both++
    if (x <= y) i++
    if (y <= x) j++
    seen++
  }
  if (isWhole) return { both, either: seen }
  const similarity = seen === 0 ? 0 : both / seen
  // |A and B| and |A or B| follow from the similarity and both sizes.
  const shared = Math.min(a.size, b.size, (similarity * (a.size + b.size)) / (1 + similarity))
  return { both: shared, either: a.size + b.size - shared }
}

/**
 * Whether all members of a set are among some people, as far as its sketch shows. False when the sketch is only a part of the set.
 * @param keys of the people
 */
export function membersAreAmong(
  keys: ArrayLike<number>,
): (set: { readonly size: number; readonly members: MemberSketch }) => boolean {
  const hashes = new Set<number>()
  for (let i = 0; i < keys.length; i++) hashes.add(hashOf(keys[i]!))
  return ({ size, members }) => size <= sketchSize && members.every((hash) => hashes.has(hash))
}

/** A bijection of 32-bit numbers whose results look random (Wellons' lowbias32). */
function hashOf(key: number): number {
  let x = key >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return (x ^ (x >>> 15)) >>> 0
}
