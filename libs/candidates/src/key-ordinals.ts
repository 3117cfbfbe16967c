/** What keys come to in a snapshot. */
interface FoundOrdinals {
  /** Ascending, each once. */
  readonly ordinals: Uint32Array
  /** Keys that the snapshot does not have. */
  readonly gone: number
}

/**
 * The ordinals of keys in any order, each once.
 * @param known keys by ordinal, ascending, as snapshots have them
 */
export function ordinalsOf(known: Int32Array, keys: ArrayLike<number>): FoundOrdinals {
  const sorted = Int32Array.from(keys).sort()
  const ordinals = new Uint32Array(sorted.length)
  let found = 0
  let gone = 0
  let at = 0
  for (let i = 0; i < sorted.length; i++) {
    const key = sorted[i]
    if (i > 0 && key === sorted[i - 1]) continue
    at = placeOf(known, key, at)
    if (at < known.length && known[at] === key) ordinals[found++] = at
    else gone++
  }
  return { ordinals: ordinals.slice(0, found), gone }
}

/** The first place from `low` on whose key is not less. */
function placeOf(known: Int32Array, key: number, low: number): number {
  let high = known.length
  let from = low
  while (from < high) {
    const middle = (from + high) >>> 1
    if (known[middle] < key) from = middle + 1
    else high = middle
  }
  return from
}

/** What stands in both; both ascending. */
export function shared(one: Uint32Array, other: Uint32Array): Uint32Array {
  let at = 0
  return one.filter((ordinal) => {
    while (at < other.length && other[at] < ordinal) at++
    return other[at] === ordinal
  })
}

/** What stands in the first alone; both ascending. */
export function without(one: Uint32Array, other: Uint32Array): Uint32Array {
  let at = 0
  return one.filter((ordinal) => {
    while (at < other.length && other[at] < ordinal) at++
    return other[at] !== ordinal
  })
}

/** What stands in either, ascending; both ascending. */
export function joined(one: Uint32Array, other: Uint32Array): Uint32Array {
  const all = new Uint32Array(one.length + other.length)
  let count = 0
  let a = 0
  let b = 0
  while (a < one.length || b < other.length) {
    const first = a < one.length ? one[a] : Number.POSITIVE_INFINITY
    const second = b < other.length ? other[b] : Number.POSITIVE_INFINITY
    if (first <= second) a++
    if (second <= first) b++
    all[count++] = Math.min(first, second)
  }
  return all.slice(0, count)
}
