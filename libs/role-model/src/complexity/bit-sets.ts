/** Sets of columns as words of 32 bits. All sets passed to one function have the same number of words. */

export function and(a: Int32Array, b: Int32Array): Int32Array {
  return a.map((word, w) => word & b[w]!)
}

export function or(a: Int32Array, b: Int32Array): Int32Array {
  return a.map((word, w) => word | b[w]!)
}

export function without(a: Int32Array, b: Int32Array): Int32Array {
  const left = a.slice()
  remove(left, b)
  return left
}

export function remove(from: Int32Array, columns: Int32Array): void {
  for (let w = 0; w < from.length; w++) from[w]! &= ~columns[w]!
}

export function addTo(set: Int32Array, columns: ArrayLike<number>): void {
  for (let i = 0; i < columns.length; i++) set[columns[i]! >>> 5]! |= 1 << (columns[i]! & 31)
}

export function columnsOf(columns: Int32Array): number[] {
  const list: number[] = []
  for (let w = 0; w < columns.length; w++) {
    for (let rest = columns[w]!; rest !== 0; rest &= rest - 1) list.push((w << 5) + lowestBit(rest))
  }
  return list
}

/** The column at a position in the set, counted from 0. Undefined if the set has fewer columns. */
export function columnAt(columns: Int32Array, place: number): number | undefined {
  let skip = place
  for (let w = 0; w < columns.length; w++) {
    const count = bitCount(columns[w]!)
    if (skip >= count) {
      skip -= count
      continue
    }
    let rest = columns[w]!
    for (; skip > 0; skip--) rest &= rest - 1
    return (w << 5) + lowestBit(rest)
  }
  return undefined
}

export function sizeOf(columns: Int32Array): number {
  let size = 0
  for (let w = 0; w < columns.length; w++) size += bitCount(columns[w]!)
  return size
}

/** The words that are not empty. */
export function usedWords(columns: Int32Array): number[] {
  const used: number[] = []
  for (let w = 0; w < columns.length; w++) if (columns[w] !== 0) used.push(w)
  return used
}

/** Equal sets have equal hashes. Different sets rarely do. */
export function hash(columns: Int32Array): number {
  let value = 0
  for (let w = 0; w < columns.length; w++) {
    if (columns[w] !== 0) value = Math.imul(value ^ columns[w]! ^ Math.imul(w + 1, 0x9e3779b1), 0x85ebca6b)
  }
  return value
}

export function isEmpty(columns: Int32Array): boolean {
  for (let w = 0; w < columns.length; w++) if (columns[w] !== 0) return false
  return true
}

export function isEqual(a: Int32Array, b: Int32Array): boolean {
  for (let w = 0; w < a.length; w++) if (a[w] !== b[w]) return false
  return true
}

/** @param used the words of `a` that are not empty */
export function isWithin(a: Int32Array, b: Int32Array, used: readonly number[]): boolean {
  for (let i = 0; i < used.length; i++) if ((a[used[i]!]! & ~b[used[i]!]!) !== 0) return false
  return true
}

/** https://graphics.stanford.edu/~seander/bithacks.html#CountBitsSetParallel */
export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** The place of the lowest bit of a word that is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}
