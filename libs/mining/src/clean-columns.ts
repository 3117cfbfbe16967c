import { type CleanValues, cleanValues } from './attribute-values.ts'
import { cleanLists, columnsOf, placeValues, sizesOf, spellingsOf } from './list-columns.ts'
import type { SnapshotAttribute } from './snapshot.ts'

/** One attribute over some persons, or one column of a list. A person has at most one of its values. */
export interface CleanColumn {
  readonly key: string
  /** Per person the ordinal of the value, -1 for none. */
  readonly column: Int32Array
  /** The spellings of each value, the most common first. */
  readonly spellings: readonly (readonly string[])[]
}

/**
 * The clean values of persons. A single attribute gives one column; a list gives as many as the values shared by two or more persons
 * need.
 */
export function cleanColumns(attribute: SnapshotAttribute, persons: Uint32Array): CleanColumn[] {
  const { key, values, lists } = attribute
  const clean = cleanValues(attribute, persons)
  if (lists === undefined) {
    const { remap } = clean
    const column = Int32Array.from(persons, (identity) => {
      const raw = attribute.column[identity]!
      return raw < 0 ? -1 : remap[raw]!
    })
    return [{ key, column, spellings: wordsOf(values, clean) }]
  }
  const rows = cleanLists(lists, clean, persons)
  const places = placeValues(rows, sizesOf(rows, clean.spellingOffset.length - 1), (size) => size >= 2)
  return columnsOf(rows, places).map((one) => ({
    key,
    column: one.column,
    spellings: wordsOf(values, spellingsOf(clean, one)),
  }))
}

function wordsOf(
  values: readonly string[],
  { spellingOffset, spelling }: Pick<CleanValues, 'spelling' | 'spellingOffset'>,
): string[][] {
  return Array.from({ length: spellingOffset.length - 1 }, (_, value) =>
    Array.from(spelling.subarray(spellingOffset[value], spellingOffset[value + 1]), (raw) => values[raw]!.trim()),
  )
}
