import { type AccessGrid, isGranted } from '../access-grid.ts'

/**
 * Sets of columns to begin with. For each column with an uncovered grant: the columns mostly held together with it, and what
 * pairs of its holders share.
 */
export function* seeds(grid: AccessGrid, times: Int32Array, random: () => number): Generator<Uint32Array> {
  const { columnCount, columnOffset, columnGrant } = grid
  const count = new Uint32Array(columnCount)
  for (let column = 0; column < columnCount; column++) {
    const end = columnOffset[column + 1]!
    let isOpen = false
    for (let at = columnOffset[column]!; at < end && !isOpen; at++) isOpen = times[columnGrant[at]!] === 0
    if (!isOpen) continue
    yield mostlyHeldWith(grid, column, count)
    yield* sharedByHolders(grid, column, random)
  }
}

/** @param count a working array, 0 for each column before and after the call */
function mostlyHeldWith(grid: AccessGrid, column: number, count: Uint32Array): Uint32Array {
  const { rowOffset, rowColumn, columnOffset, columnRow } = grid
  const begin = columnOffset[column]!
  const holders = columnOffset[column + 1]! - begin
  // Long columns are sampled, because a seed need not be exact.
  const stride = Math.max(1, Math.floor(holders / 256))
  const sampled = Math.ceil(holders / stride)
  const met: number[] = []
  for (let at = begin; at < begin + holders; at += stride) {
    const row = columnRow[at]!
    for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++)
      if (count[rowColumn[g]!]!++ === 0) met.push(rowColumn[g]!)
  }
  const near = met.filter((other) => {
    const others = (columnOffset[other + 1]! - columnOffset[other]!) / stride
    return count[other]! * 2 >= sampled + others - count[other]!
  })
  for (const other of met) count[other] = 0
  return Uint32Array.from(near).sort()
}

function* sharedByHolders(grid: AccessGrid, column: number, random: () => number): Generator<Uint32Array> {
  const { rowOffset, rowColumn, columnOffset, columnRow } = grid
  const begin = columnOffset[column]!
  const holders = columnOffset[column + 1]! - begin
  for (let pair = 0; pair < 4 && holders > 1; pair++) {
    const a = columnRow[begin + Math.floor(random() * holders)]!
    const b = columnRow[begin + Math.floor(random() * holders)]!
    if (a === b) continue
    const shared: number[] = []
    for (let g = rowOffset[a]!; g < rowOffset[a + 1]!; g++)
      if (isGranted(grid, b, rowColumn[g]!)) shared.push(rowColumn[g]!)
    yield Uint32Array.from(shared)
  }
}
