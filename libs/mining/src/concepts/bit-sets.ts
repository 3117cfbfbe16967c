/** A set of members: bit `m % 32` of word `m >> 5` is member `m`. */
export type BitSet = Uint32Array

/** The bits of a list of members. */
export function bitSetOf(values: Uint32Array, start: number, end: number, size: number): BitSet {
  const bits = new Uint32Array((size + 31) >>> 5)
  for (let at = start; at < end; at++) bits[values[at] >>> 5] |= 1 << (values[at] & 31)
  return bits
}

/** All of `size` members. */
export function fullBitSet(size: number): BitSet {
  const bits = new Uint32Array((size + 31) >>> 5).fill(0xffffffff)
  if ((size & 31) !== 0) bits[bits.length - 1] = 2 ** (size & 31) - 1
  return bits
}

export function countBits(bits: BitSet): number {
  let sum = 0
  for (let w = 0; w < bits.length; w++) sum += popcount(bits[w])
  return sum
}

/** How many members are in both. */
export function countCommon(a: BitSet, b: BitSet): number {
  let sum = 0
  for (let w = 0; w < a.length; w++) sum += popcount(a[w] & b[w])
  return sum
}

/** The members of a set, ascending. */
export function membersOfBits(bits: BitSet): Uint32Array {
  const found = new Uint32Array(countBits(bits))
  let count = 0
  for (let w = 0; w < bits.length; w++) {
    for (let left = bits[w]; left !== 0; left &= left - 1) found[count++] = w * 32 + 31 - Math.clz32(left & -left)
  }
  return found
}

/** Bits set in a word: pairs, fours, bytes, then all bytes by one multiplication. */
function popcount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
