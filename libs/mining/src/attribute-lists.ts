import type { SnapshotAttribute, ValueLists } from './snapshot.ts'

/**
 * Calls `visit` with the ordinal of each value of an identity: all values of a list attribute, otherwise the single value if there is
 * one.
 */
export function eachValue(attribute: SnapshotAttribute, identity: number, visit: (ordinal: number) => void): void {
  if (attribute.lists === undefined) {
    const ordinal = attribute.column[identity]!
    if (ordinal >= 0) visit(ordinal)
    return
  }
  const { offset, value } = attribute.lists
  for (let at = offset[identity]!; at < offset[identity + 1]!; at++) visit(value[at]!)
}

/** The value lists of several identities. Each row has the ordinals of one identity, in any order and possibly with duplicates. */
export function listsFrom(rows: Iterable<Iterable<number>>): ValueLists {
  const offset = [0]
  const value: number[] = []
  for (const row of rows) {
    for (const ordinal of [...new Set(row)].sort((a, b) => a - b)) value.push(ordinal)
    offset.push(value.length)
  }
  return { offset: Uint32Array.from(offset), value: Uint32Array.from(value) }
}
