import { type CleanValues, cleanValues } from './attribute-values.ts'
import { cleanLists, columnsOf, placeValues, sizesOf, spellingsOf } from './list-columns.ts'
import type { SnapshotAttribute } from './snapshot.ts'

/** One attribute over some persons, or one column of a list, and what its values are called. */
export interface NamedColumn {
  readonly key: string
  /** Per person the ordinal of its value, -1 for none. */
  readonly column: Int32Array
  /** The spellings of each value. */
  readonly words: readonly (readonly string[])[]
}

/** An attribute as columns: one, or those of a list. */
export function namedColumns(attribute: SnapshotAttribute, persons: Uint32Array): NamedColumn[] {
  const { key, values, lists } = attribute
  const clean = cleanValues(attribute, persons)
  const { remap } = clean
  if (lists === undefined) {
    const column = Int32Array.from(persons, (identity) => {
      const raw = attribute.column[identity]
      return raw < 0 ? -1 : remap[raw]
    })
    return [named(key, column, values, clean)]
  }
  const rows = cleanLists(lists, clean, persons)
  const places = placeValues(rows, sizesOf(rows, clean.spellingOffset.length - 1), (size) => size >= 2)
  return columnsOf(rows, places).map((one) => named(key, one.column, values, spellingsOf(clean, one)))
}

function named(
  key: string,
  column: Int32Array,
  values: readonly string[],
  { spellingOffset, spelling }: Pick<CleanValues, 'spelling' | 'spellingOffset'>,
): NamedColumn {
  const words = Array.from({ length: spellingOffset.length - 1 }, (_, value) =>
    Array.from(spelling.subarray(spellingOffset[value], spellingOffset[value + 1]), (raw) => values[raw].trim()),
  )
  return { key, column, words }
}
