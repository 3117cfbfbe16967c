import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AccessGrid, accessGrid } from './access-grid.ts'
import type { Cover } from './cover-grants.ts'
import { lineCover } from './line-cover.ts'
import { mineRoleModel } from './mine-role-model.ts'
import { seededRandom } from './seeded-random.ts'
import { accessOf } from './testing-access.ts'
import { accessOfMasks } from './testing-twins.ts'

const columnCount = 6
const cases = fc.record({
  rows: fc.array(fc.integer({ min: 1, max: 63 }), { minLength: 1, maxLength: 7 }),
  liveMasks: fc.array(fc.integer({ min: 0, max: 63 }), { minLength: 7, maxLength: 7 }),
})

function gridOf(rows: readonly number[]): AccessGrid {
  const { rowOffset, rowEntitlement } = accessOfMasks(rows, columnCount)
  return accessGrid({
    rowOffset,
    rowColumn: rowEntitlement,
    columnCount,
    rowWeight: new Uint32Array(rows.length).fill(1),
    columnWeight: new Uint32Array(columnCount).fill(1),
  })
}

/** Tries all sets of rows and columns. */
function fewestLines(grid: AccessGrid, live: Uint8Array): number {
  const lines = grid.rowCount + columnCount
  let fewest = lines
  for (let set = 0; set < 1 << lines; set++) {
    const covers = live.every(
      (isLive, g) =>
        isLive === 0 || (set >> grid.grantRow[g]!) & 1 || (set >> (grid.rowCount + grid.rowColumn[g]!)) & 1,
    )
    if (covers) fewest = Math.min(fewest, set.toString(2).replaceAll('0', '').length)
  }
  return fewest
}

test('lines cover all live grants, and there are no fewer', () => {
  fc.assert(
    fc.property(cases, ({ rows, liveMasks }) => {
      const grid = gridOf(rows)
      const live = Uint8Array.from(grid.grantRow, (row, g) => (liveMasks[row]! >> grid.rowColumn[g]!) & 1)
      const { rectangles, grants } = lineCover(grid, live, undefined) as Cover
      expect(lineCover(grid, live, undefined, rectangles.length)).toBeUndefined()
      expect(lineCover(grid, live, undefined, rectangles.length + 1)?.rectangles).toEqual(rectangles)
      expect(new Set(grants.flatMap((list) => [...list])).size).toBe(live.reduce((sum, one) => sum + one, 0))
      expect(rectangles.length).toBe(fewestLines(grid, live))
      for (const of of rectangles) expect(Math.min(of.rows.length, of.columns.length)).toBe(1)
    }),
    { numRuns: 60 },
  )
})

test('where columns must not meet, every column is a role', () => {
  const grid = gridOf([0b111111, 0b111111])
  const live = new Uint8Array(grid.grantCount).fill(1)
  const lines = lineCover(
    grid,
    live,
    Array.from({ length: columnCount }, () => []),
  )
  expect(lines?.rectangles.map(({ columns }) => [...columns])).toEqual([[0], [1], [2], [3], [4], [5]])
})

test('random access at one half, where nothing is shared, takes no more roles than one for each person', () => {
  const size = 60
  const random = seededRandom(5)
  const pairs = Array.from({ length: size * size }, (_, cell) => cell).filter(() => random() < 0.5)
  const access = accessOf(
    Uint32Array.from(pairs, (cell) => Math.floor(cell / size)),
    Uint32Array.from(pairs, (cell) => cell % size),
  )
  const { figures, missing, added } = mineRoleModel(access, { searchIterations: 50 })
  expect(figures.roles).toBeLessThanOrEqual(size)
  expect([missing.identity.length, added.identity.length]).toEqual([0, 0])
})
