import type { Snapshot } from '../snapshot.ts'

/** Looks at a grant in all rounds together; fewer rounds where there are more grants. */
const mostSteps = 400_000_000
const leastRounds = 8
const mostRounds = 48

/** A place on a line for each row and column; rows and columns without grants have none (Infinity). */
interface Averages {
  readonly rows: Float64Array
  readonly columns: Float64Array
}

/**
 * Places rows and columns on one line so that whoever holds the same stands together: reciprocal averaging (M. O. Hill, 1973), the
 * power iteration for the first axis of correspondence analysis, which is spectral seriation (Atkins, Boman and Hendrickson, 1998)
 * of the graph of people and entitlements. A row stands at the mean of its columns, a column at the mean of its rows, again and
 * again; what all have in common is taken out. It is stopped early: then the groups stand apart already, however many there are,
 * while their differences have not yet vanished beside the one that lasts longest (power iteration clustering, Lin and Cohen, 2010).
 * The start is by place, so the same matrix has the same order.
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

/** Takes out what all have in common, and keeps the numbers from vanishing. */
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

/** A number from -1 to 1 that looks like chance, the same for the same place. */
function scattered(place: number): number {
  let mixed = Math.imul(place + 1, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 0x80000000 - 1
}

/** Places of the values in ascending order; of equals the earlier place first. */
export function ascendingPlaces(values: Float64Array): Uint32Array {
  const places = new Uint32Array(values.length)
  for (let place = 0; place < places.length; place++) places[place] = place
  // Infinities are equal: their difference is no number.
  return places.sort((a, b) => (values[a] === values[b] ? a - b : values[a]! - values[b]!))
}
