/** A set of people as bits, by position. */
export type PersonSet = Uint32Array

export function personSet(personCount: number): PersonSet {
  return new Uint32Array((personCount + 31) >>> 5)
}

export function addPerson(set: PersonSet, person: number): void {
  set[person >>> 5]! |= 1 << (person & 31)
}

export function hasPerson(set: PersonSet, person: number): boolean {
  return ((set[person >>> 5]! >>> (person & 31)) & 1) === 1
}

/** The number of people in either set. */
export function countEither(a: PersonSet, b: PersonSet): number {
  let count = 0
  for (let i = 0; i < a.length; i++) count += bitsOf(a[i]! | b[i]!)
  return count
}

/** The number of people in either set who are also in a third one. */
export function countEitherWithin(a: PersonSet, b: PersonSet, within: PersonSet): number {
  let count = 0
  for (let i = 0; i < a.length; i++) count += bitsOf((a[i]! | b[i]!) & within[i]!)
  return count
}

/** Adds to `set` all of `more`. */
export function addAll(set: PersonSet, more: PersonSet): void {
  for (let i = 0; i < set.length; i++) set[i]! |= more[i]!
}

function bitsOf(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555)
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
