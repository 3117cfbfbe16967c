import type { Snapshot } from '../snapshot.ts'

/** The number of grants visited in all rounds together. With more grants there are fewer rounds. */
const mostSteps = 400_000_000
const leastRounds = 8
const mostRounds = 48

/** A position on a line for each row and column. Rows and columns without grants have none (Infinity). */
interface Averages {
  readonly rows: Float64Array
  readonly columns: Float64Array
}

/**
 * Places rows and columns on a line so that people with the same access are adjacent: reciprocal averaging (M. O. Hill, 1973), the power
 * iteration for the first axis of correspondence analysis, which is spectral seriation (Atkins, Boman and Hendrickson, 1998) of the graph
 * of people and entitlements. In each round a row moves to the mean of its columns and a column to the mean of its rows, and the common
 * part is subtracted. It stops early: all groups are then already separate, while their differences are still large compared with the one
 * that lasts longest (power iteration clustering, Lin and Cohen, 2010). The start positions depend only on the row and column numbers, so
 * the same matrix gets the same order.
 * @param people ordinals by row
 * @param columnOf column of each entitlement, -1 for none
 */
export function reciprocalAverages(
  { rowOffset, rowEntitlement }: Pick<Snapshot, 'rowOffset' | 'rowEntitlement'>,
  people: Uint32Array,
  columnOf: Int32Array,
  columnCount: number,
): Averages {
  const columns = new Float64Array(columnCount)
  const rows = new Float64Array(people.length)
  const holders = new Uint32Array(columnCount)
  let grants = 0
  for (const person of people) {
    const end = rowOffset[person + 1]!
    for (let at = rowOffset[person]!; at < end; at++) holders[columnOf[rowEntitlement[at]!]!]!++
    grants += end - rowOffset[person]!
  }
  for (let column = 0; column < columnCount; column++) columns[column] = scattered(column)
  const rounds = Math.max(leastRounds, Math.min(mostRounds, Math.floor(mostSteps / Math.max(1, 2 * grants))))
  const sums = new Float64Array(columnCount)
  for (let round = 0; round < rounds; round++) {
    center(columns, holders, grants)
    sums.fill(0)
    for (let row = 0; row < people.length; row++) {
      const start = rowOffset[people[row]!]!
      const end = rowOffset[people[row]! + 1]!
      let sum = 0
      for (let at = start; at < end; at++) sum += columns[columnOf[rowEntitlement[at]!]!]!
      const mean = sum / (end - start)
      rows[row] = mean
      for (let at = start; at < end; at++) sums[columnOf[rowEntitlement[at]!]!]! += mean
    }
    for (let column = 0; column < columnCount; column++)
      if (holders[column]! > 0) columns[column] = sums[column]! / holders[column]!
  }
  for (let row = 0; row < rows.length; row++)
    if (rowOffset[people[row]!] === rowOffset[people[row]! + 1]) rows[row] = Number.POSITIVE_INFINITY
  for (let column = 0; column < columnCount; column++)
    if (holders[column] === 0) columns[column] = Number.POSITIVE_INFINITY
  return { rows, columns }
}

/** Subtracts the common part, and scales the numbers so that they do not become too small. */
function center(columns: Float64Array, holders: Uint32Array, grants: number): void {
  let sum = 0
  for (let column = 0; column < columns.length; column++) sum += columns[column]! * holders[column]!
  const mean = grants === 0 ? 0 : sum / grants
  let largest = 0
  for (let column = 0; column < columns.length; column++) {
    columns[column]! -= mean
    if (holders[column]! > 0) largest = Math.max(largest, Math.abs(columns[column]!))
  }
  if (largest > 0) for (let column = 0; column < columns.length; column++) columns[column]! /= largest
}

/** A pseudo-random number from -1 to 1 that depends only on the position. */
function scattered(place: number): number {
  let mixed = Math.imul(place + 1, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 0x80000000 - 1
}

/** The positions of the values in ascending order; of equal values the earlier position first. */
export function ascendingPlaces(values: Float64Array): Uint32Array {
  const places = new Uint32Array(values.length)
  for (let place = 0; place < places.length; place++) places[place] = place
  // Infinities compare as equal: their difference is not a number.
  return places.sort((a, b) => (values[a] === values[b] ? a - b : values[a]! - values[b]!))
}
