// Searches in ascending arrays, such as the keys and the rows of a snapshot.

type Numbers = Int32Array | Uint32Array

/** The first position, from `low` up to but not including `high`, whose value is at least `value`; `high` if there is none. */
export function lowerBound(values: Numbers, value: number, low = 0, high = values.length): number {
  let from = low
  let to = high
  while (from < to) {
    const middle = (from + to) >>> 1
    if (values[middle]! < value) from = middle + 1
    else to = middle
  }
  return from
}

/** The ordinal of a key; -1 where the snapshot does not have it. */
export function ordinalOf(keys: Int32Array, key: number): number {
  const at = lowerBound(keys, key)
  return keys[at] === key ? at : -1
}

/** Whether a part of an array contains a value. */
export function isWithin(values: Numbers, value: number, start: number, end: number): boolean {
  const at = lowerBound(values, value, start, end)
  return at < end && values[at] === value
}

/** The ordinals that a snapshot has for a list of keys. */
interface FoundOrdinals {
  /** Ascending, without duplicates. */
  readonly ordinals: Uint32Array
  /** Number of keys that the snapshot does not have. */
  readonly gone: number
}

/**
 * The ordinals of keys in any order, without duplicates.
 * @param known keys by ordinal
 */
export function ordinalsOf(known: Int32Array, keys: ArrayLike<number>): FoundOrdinals {
  const sorted = Int32Array.from(keys).sort()
  const ordinals = new Uint32Array(sorted.length)
  let found = 0
  let gone = 0
  let at = 0
  for (let i = 0; i < sorted.length; i++) {
    const key = sorted[i]!
    if (i > 0 && key === sorted[i - 1]) continue
    at = lowerBound(known, key, at)
    if (at < known.length && known[at] === key) ordinals[found++] = at
    else gone++
  }
  return { ordinals: ordinals.slice(0, found), gone }
}
