import type { CleanValues } from './attribute-values.ts'
import { sharedInt32 } from './shared-arrays.ts'
import type { ValueLists } from './snapshot.ts'

// A list is split into columns so that each person has at most one value in each column, and all holders of a value are in the same
// column. So a person counts for each of their values, and code that counts by columns need not know about lists.

/** The column of each clean value of a list. There are at most 32 columns, one for each bit of a number. */
export interface ListPlaces {
  readonly columnCount: number
  /** The column of each clean value, -1 for none. */
  readonly columnOf: Int32Array
}

/** One column of a list over its persons. */
interface ListColumn {
  /** Per person the ordinal of the value in this column, -1 for none. */
  readonly column: Int32Array
  /** Per person 0 when the list has a value, -1 when it is empty. All columns of a list share this array. */
  readonly known: Int32Array
  /** The clean value of each ordinal. */
  readonly values: Uint32Array
}

/** The lists of some identities, by their position, as clean values: without duplicates, ascending. */
export function cleanLists(lists: ValueLists, { remap }: CleanValues, identities: Uint32Array): ValueLists {
  const offset = new Uint32Array(identities.length + 1)
  let most = 0
  for (const identity of identities) most += lists.offset[identity + 1]! - lists.offset[identity]!
  const value = new Uint32Array(most)
  const row: number[] = []
  let end = 0
  for (let p = 0; p < identities.length; p++) {
    row.length = 0
    for (let at = lists.offset[identities[p]!]!; at < lists.offset[identities[p]! + 1]!; at++) {
      if (remap[lists.value[at]!]! >= 0) row.push(remap[lists.value[at]!]!)
    }
    row.sort((a, b) => a - b)
    for (let i = 0; i < row.length; i++) if (i === 0 || row[i] !== row[i - 1]) value[end++] = row[i]!
    offset[p + 1] = end
  }
  return { offset, value: value.subarray(0, end) }
}

/** The number of persons with each value. */
export function sizesOf(lists: ValueLists, valueCount: number): Uint32Array {
  const sizes = new Uint32Array(valueCount)
  for (const value of lists.value) sizes[value]!++
  return sizes
}

/**
 * Assigns each value to the first column in which none of its persons has a value yet. The most common values come first; equally common
 * values are in their order. Values that `isPlaced` rejects get no column, and neither do values for which all 32 columns are in use.
 */
export function placeValues(lists: ValueLists, sizes: Uint32Array, isPlaced: (size: number) => boolean): ListPlaces {
  const columnOf = new Int32Array(sizes.length).fill(-1)
  const personCount = lists.offset.length - 1
  const start = new Uint32Array(sizes.length + 1)
  for (let v = 0; v < sizes.length; v++) start[v + 1] = start[v]! + sizes[v]!
  const next = start.slice()
  const persons = new Uint32Array(lists.value.length)
  for (let p = 0; p < personCount; p++) {
    for (let at = lists.offset[p]!; at < lists.offset[p + 1]!; at++) persons[next[lists.value[at]!]!++] = p
  }
  const taken = new Uint32Array(personCount)
  const placed = [...sizes.keys()].filter((v) => isPlaced(sizes[v]!)).sort((a, b) => sizes[b]! - sizes[a]! || a - b)
  let columnCount = 0
  for (const value of placed) {
    let inUse = 0
    for (let at = start[value]!; at < start[value + 1]!; at++) inUse |= taken[persons[at]!]!
    // The lowest bit that is 0; -1 when all are in use.
    const column = 31 - Math.clz32(~inUse & (inUse + 1))
    if (column < 0) continue
    columnOf[value] = column
    columnCount = Math.max(columnCount, column + 1)
    for (let at = start[value]!; at < start[value + 1]!; at++) taken[persons[at]!]! |= 1 << column
  }
  return { columnCount, columnOf }
}

/** Builds the columns for the persons of the lists. */
export function columnsOf(lists: ValueLists, { columnCount, columnOf }: ListPlaces): ListColumn[] {
  const personCount = lists.offset.length - 1
  const known = sharedInt32(personCount).fill(-1)
  const values: number[][] = Array.from({ length: columnCount }, () => [])
  const ordinalOf = new Int32Array(columnOf.length)
  for (let v = 0; v < columnOf.length; v++) {
    if (columnOf[v]! >= 0) ordinalOf[v] = values[columnOf[v]!]!.push(v) - 1
  }
  const columns = values.map(() => sharedInt32(personCount).fill(-1))
  for (let p = 0; p < personCount; p++) {
    if (lists.offset[p + 1]! > lists.offset[p]!) known[p] = 0
    for (let at = lists.offset[p]!; at < lists.offset[p + 1]!; at++) {
      const value = lists.value[at]!
      if (columnOf[value]! >= 0) columns[columnOf[value]!]![p] = ordinalOf[value]!
    }
  }
  return columns.map((column, c) => ({ column, known, values: Uint32Array.from(values[c]!) }))
}

/** The spellings of the clean values of a column, by their ordinal in the column. */
export function spellingsOf(
  { spelling, spellingOffset }: CleanValues,
  { values }: ListColumn,
): { readonly spellingOffset: Uint32Array; readonly spelling: Uint32Array } {
  const offset = new Uint32Array(values.length + 1)
  const own: number[] = []
  for (let i = 0; i < values.length; i++) {
    own.push(...spelling.subarray(spellingOffset[values[i]!], spellingOffset[values[i]! + 1]))
    offset[i + 1] = own.length
  }
  return { spellingOffset: offset, spelling: Uint32Array.from(own) }
}
