import type { SnapshotAttribute, ValueLists } from './snapshot.ts'

/** Calls `visit` with the ordinal of each value that an identity has: of a list all of them, otherwise the one, if any. */
export function eachValue(attribute: SnapshotAttribute, identity: number, visit: (ordinal: number) => void): void {
  if (attribute.lists === undefined) {
    const ordinal = attribute.column[identity]!
    if (ordinal >= 0) visit(ordinal)
    return
  }
  const { offset, value } = attribute.lists
  for (let at = offset[identity]!; at < offset[identity + 1]!; at++) visit(value[at]!)
}

/** The lists of so many identities, from the ordinals of each in any order, some perhaps twice. */
export function listsFrom(rows: Iterable<Iterable<number>>): ValueLists {
  const offset = [0]
  const value: number[] = []
  for (const row of rows) {
    for (const ordinal of [...new Set(row)].sort((a, b) => a - b)) value.push(ordinal)
    offset.push(value.length)
  }
  return { offset: Uint32Array.from(offset), value: Uint32Array.from(value) }
}
