/** The ordinals that are in both lists; both are ascending. */
export function shared(one: Uint32Array, other: Uint32Array): Uint32Array {
  let at = 0
  return one.filter((ordinal) => {
    while ((other[at] ?? ordinal) < ordinal) at++
    return other[at] === ordinal
  })
}

/** The ordinals that are only in the first list; both are ascending. */
export function without(one: Uint32Array, other: Uint32Array): Uint32Array {
  let at = 0
  return one.filter((ordinal) => {
    while ((other[at] ?? ordinal) < ordinal) at++
    return other[at] !== ordinal
  })
}

/** The ordinals that are in at least one of the lists, ascending; both are ascending. */
export function joined(one: Uint32Array, other: Uint32Array): Uint32Array {
  const all = new Uint32Array(one.length + other.length)
  let count = 0
  let a = 0
  let b = 0
  while (a < one.length || b < other.length) {
    const first = one[a] ?? Number.POSITIVE_INFINITY
    const second = other[b] ?? Number.POSITIVE_INFINITY
    if (first <= second) a++
    if (second <= first) b++
    all[count++] = Math.min(first, second)
  }
  return all.slice(0, count)
}
