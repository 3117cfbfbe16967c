import { expect, test } from 'vitest'
import { accessGrid, type Rectangle } from '../access-grid.ts'
import { seededRandom } from '../seeded-random.ts'
import { searchComplexity } from './search-complexity.ts'
import { withoutNeedless } from './without-needless.ts'

/** Random access, and full rectangles that together give all of it; some of them are equal, or lie inside each other. */
function randomCover(seed: number) {
  const random = seededRandom(seed)
  const pick = (count: number) => Math.floor(random() * count)
  const rowCount = 3 + pick(12)
  const columnCount = 2 + pick(70)
  const some = (count: number, most: number) =>
    [...new Set(Array.from({ length: 1 + pick(most) }, () => pick(count)))].sort((a, b) => a - b)
  const start: Rectangle[] = Array.from({ length: 1 + pick(14) }, () => ({
    rows: Uint32Array.from(some(rowCount, 5)),
    columns: Uint32Array.from(some(columnCount, random() < 0.5 ? 2 : 6)),
  }))
  for (const { rows, columns } of start.slice(0, 3)) start.push({ rows: rows.slice(0, 1), columns })
  const rowsOf = Array.from({ length: rowCount }, (_, row) =>
    start.flatMap(({ rows, columns }) => (rows.includes(row) ? [...columns] : [])),
  ).map((columns) => [...new Set(columns)].sort((a, b) => a - b))
  const grid = accessGrid({
    rowOffset: Uint32Array.from([0, ...rowsOf.keys()], (_, i) =>
      rowsOf.slice(0, i).reduce((sum, row) => sum + row.length, 0),
    ),
    rowColumn: Uint32Array.from(rowsOf.flat()),
    columnCount,
    rowWeight: Uint32Array.from({ length: rowCount }, () => 1 + pick(3)),
    columnWeight: Uint32Array.from({ length: columnCount }, () => 1 + pick(3)),
  })
  const needed = Uint8Array.from({ length: grid.grantCount }, () => (seed % 3 === 0 && random() < 0.3 ? 0 : 1))
  return { grid, start, needed, random }
}

test('roles lose the same links as where the search for the least complexity begins', () => {
  let dropped = 0
  let trimmed = 0
  for (let seed = 1; seed <= 400; seed++) {
    const { grid, start, needed, random } = randomCover(seed)
    const found = withoutNeedless(grid, needed, start)
    expect(found).toEqual(searchComplexity(grid, start, { iterations: 0, hot: 0, needed, random, onStep: () => true }))
    if (found!.length < start.length) dropped++
    const names = new Set(start.map(({ columns }) => columns.join()))
    if (found!.some(({ columns }) => !names.has(columns.join()))) trimmed++
  }
  expect(dropped).toBeGreaterThan(100)
  expect(trimmed).toBeGreaterThan(100)
})

test('a needed grant in no role is left to the search, which adds a role', () => {
  const { grid, needed } = randomCover(1)
  expect(withoutNeedless(grid, needed, [])).toBeUndefined()
})
