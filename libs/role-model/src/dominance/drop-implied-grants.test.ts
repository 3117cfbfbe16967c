import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AccessGrid, accessGrid, grantAt, isGranted, transposed } from '../access-grid.ts'
import { closeRectangle } from '../close-rectangle.ts'
import { coverGreedily, liveGrantsOf } from '../cover-grants.ts'
import { rectangleGrower } from '../grow-rectangle.ts'
import { byFitting, countFitting, incompatibleGrants, listFitting, liveRows } from '../incompatible-grants.ts'
import { mapBack } from '../map-back.ts'
import { maximalRectangles } from '../maximal-rectangles.ts'
import { minimumCover } from '../minimum-cover.ts'
import { reduceAccess } from '../reduce-access.ts'
import { accessOfMasks } from '../testing-twins.ts'
import { dropImpliedGrants } from './drop-implied-grants.ts'

const grids = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 9 }), fc.constant(8))
  .map(([rows, columns]): AccessGrid => {
    const { rowOffset, rowEntitlement } = accessOfMasks(rows, columns)
    return accessGrid({
      rowOffset,
      rowColumn: rowEntitlement,
      columnCount: columns,
      rowWeight: new Uint32Array(rows.length).fill(1),
      columnWeight: new Uint32Array(columns).fill(1),
    })
  })
const nothing = () => true
const isFull = (grid: AccessGrid, rows: Iterable<number>, columns: Iterable<number>) =>
  [...rows].every((row) => [...columns].every((column) => isGranted(grid, row, column)))

/** Whether two grants fit, from the definition. */
function fit(grid: AccessGrid, a: number, b: number): boolean {
  return (
    isGranted(grid, grid.grantRow[a]!, grid.rowColumn[b]!) && isGranted(grid, grid.grantRow[b]!, grid.rowColumn[a]!)
  )
}

test('a cover of what dominance leaves becomes, mapped back, full rectangles that cover everything', () => {
  fc.assert(
    fc.property(grids, (grid) => {
      const live = new Uint8Array(grid.grantCount).fill(1)
      const log = dropImpliedGrants(grid, live, undefined)
      expect(log.implied.length + live.reduce((sum, isLive) => sum + isLive, 0)).toBe(grid.grantCount)
      const fits = countFitting(grid, live, nothing)
      const cover = coverGreedily(grid, live, byFitting(live, fits), fits, rectangleGrower(grid, undefined), nothing)!
      const rectangles = mapBack(grid, live, cover, log)
      const covered = new Uint8Array(grid.grantCount)
      for (const { rows, columns } of rectangles) {
        expect(isFull(grid, rows, columns)).toBe(true)
        for (const row of rows) for (const column of columns) covered[grantAt(grid, row, column)] = 1
      }
      expect(covered.every((isCovered) => isCovered === 1)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

/** The live grants that a live one implies, exactly by the definition in `dropImpliedGrants`. */
function impliedBy(grid: AccessGrid, live: Uint8Array, g: number): number[] {
  const [u, p] = [grid.grantRow[g]!, grid.rowColumn[g]!]
  const isLive = (row: number, column: number) => isGranted(grid, row, column) && live[grantAt(grid, row, column)] === 1
  const rows = Array.from({ length: grid.rowCount }, (_, row) => row)
  const columns = Array.from({ length: grid.columnCount }, (_, column) => column)
  const holders = rows.filter((row) => isGranted(grid, row, p))
  const held = columns.filter((column) => isGranted(grid, u, column))
  const x = holders.filter((row) => held.some((column) => isLive(row, column)))
  const y = held.filter((column) => holders.some((row) => isLive(row, column)))
  const joining = rows.filter((row) => y.every((column) => isGranted(grid, row, column)))
  const shared = columns.filter((column) => x.every((row) => isGranted(grid, row, column)))
  return joining
    .flatMap((row) => shared.filter((column) => isLive(row, column)).map((column) => grantAt(grid, row, column)))
    .filter((other) => other !== g)
}

test('each dropped grant was implied by the one that is named, and what is left implies nothing', () => {
  fc.assert(
    fc.property(grids, (grid) => {
      const live = new Uint8Array(grid.grantCount).fill(1)
      const { implier, implied } = dropImpliedGrants(grid, live, undefined)
      const then = new Uint8Array(grid.grantCount).fill(1)
      for (const [i, g] of implied.entries()) {
        expect(impliedBy(grid, then, implier[i]!)).toContain(g)
        then[g] = 0
      }
      expect(live).toEqual(then)
      for (let g = 0; g < grid.grantCount; g++) if (live[g] === 1) expect(impliedBy(grid, live, g)).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('the work of finding what all lines of a staircase of access share is told', () => {
  const count = 160
  const rows = Array.from({ length: count }, (_, row) => Array.from({ length: row + 1 }, (__, column) => column))
  const grid = accessGrid({
    rowOffset: Uint32Array.from({ length: count + 1 }, (_, row) => (row * (row + 1)) / 2),
    rowColumn: Uint32Array.from(rows.flat()),
    columnCount: count,
    rowWeight: new Uint32Array(count).fill(1),
    columnWeight: new Uint32Array(count).fill(1),
  })
  let steps = 0
  const live = new Uint8Array(grid.grantCount).fill(1)
  dropImpliedGrants(grid, live, undefined, (work = 1) => {
    steps += work
    return true
  })
  expect(live.reduce((sum, isLive) => sum + isLive, 0)).toBe(count)
  // One step for each grant, and as many more for the compared cells.
  expect(steps).toBeGreaterThan(2 * grid.grantCount)
})

test('grants that fit are counted and listed as the definition says, and the chosen ones never fit', () => {
  fc.assert(
    fc.property(grids, fc.infiniteStream(fc.boolean()), (grid, coins) => {
      const live = Uint8Array.from({ length: grid.grantCount }, () => (coins.next().value ? 1 : 0))
      const fits = countFitting(grid, live, nothing)
      const rows = liveRows(grid, live)
      const grants = byFitting(live, fits)
      for (const g of grants) {
        const expected = [...grants].filter((other) => other !== g && fit(grid, g, other)).sort((a, b) => a - b)
        const found: number[] = []
        found.length = listFitting(grid, rows, live, undefined, g, found)
        expect(found.sort((a, b) => a - b)).toEqual(expected)
        expect(fits[g]).toBe(expected.length)
      }
      const chosen = [...incompatibleGrants(grid, live, undefined, grants, fits, nothing)]
      for (const a of chosen) for (const b of chosen) expect(a !== b && fit(grid, a, b)).toBe(false)
      for (const g of grants) expect(chosen.includes(g) || chosen.some((other) => fit(grid, g, other))).toBe(true)
    }),
  )
})

test('maximal rectangles hold every set of live grants that one role can cover', () => {
  fc.assert(
    fc.property(grids, fc.infiniteStream(fc.boolean()), (grid, coins) => {
      const live = Uint8Array.from({ length: grid.grantCount }, () => (coins.next().value ? 1 : 0))
      const around = [...live.keys()].filter((g) => live[g] === 1)
      const rectangles = maximalRectangles(grid, live, undefined, around, 1e6, nothing) ?? []
      const sets = rectangles.map((rectangle) => new Set(liveGrantsOf(grid, live, rectangle)))
      for (const { rows, columns } of rectangles) expect(isFull(grid, rows, columns)).toBe(true)
      // A set of columns with all its holders is the largest role with these columns.
      for (let mask = 1; mask < 256; mask++) {
        const columns = Uint32Array.from(Array.from({ length: 8 }, (_, c) => c).filter((c) => (mask >> c) & 1))
        const rows = Uint32Array.from({ length: grid.rowCount }, (_, r) => r).filter((r) => isFull(grid, [r], columns))
        const covered = liveGrantsOf(grid, live, { rows, columns })
        if (covered.length > 0) expect(sets.some((set) => covered.every((g) => set.has(g)))).toBe(true)
      }
    }),
    { numRuns: 40 },
  )
})

test('branch and bound finds the same minimum as trying all choices', () => {
  const sets = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }), { maxLength: 7 })
  fc.assert(
    fc.property(sets, (some) => {
      // The set of each single element is added, so there is always a cover.
      const all = [...some, ...Array.from({ length: 7 }, (_, e) => [e])]
      let fewest = 7
      for (let mask = 0; mask < 1 << all.length; mask++) {
        const chosen = all.filter((_, s) => (mask >> s) & 1)
        if (chosen.length < fewest && new Set(chosen.flat()).size === 7) fewest = chosen.length
      }
      const known = Array.from({ length: 8 }, () => -1)
      const found = minimumCover(7, all, known, 1e6, nothing)
      expect(found.isProven).toBe(true)
      expect(found.sets).toHaveLength(fewest)
      expect(new Set(found.sets.flatMap((s) => all[s])).size).toBe(7)
    }),
    { numRuns: 60 },
  )
})

test('a closed rectangle is full, holds the one it came from, and takes no further line', () => {
  fc.assert(
    fc.property(grids, fc.nat(), (grid, pick) => {
      const g = pick % grid.grantCount
      const start = { rows: Uint32Array.of(grid.grantRow[g]!), columns: Uint32Array.of(grid.rowColumn[g]!) }
      const { rows, columns } = closeRectangle(grid, undefined, start)
      expect(isFull(grid, rows, columns)).toBe(true)
      expect(rows.includes(start.rows[0]!) && columns.includes(start.columns[0]!)).toBe(true)
      for (let row = 0; row < grid.rowCount; row++) expect(rows.includes(row)).toBe(isFull(grid, [row], columns))
      for (let column = 0; column < grid.columnCount; column++) {
        expect(columns.includes(column)).toBe(isFull(grid, rows, [column]))
      }
    }),
  )
})

test('a grid without bits answers like one with them, and exchanging rows and columns twice is no change', () => {
  fc.assert(
    fc.property(grids, (grid) => {
      const sparse = { ...grid, bits: new Uint32Array(0) }
      for (let row = 0; row < grid.rowCount; row++) {
        for (let column = 0; column < grid.columnCount; column++) {
          expect(isGranted(sparse, row, column)).toBe(isGranted(grid, row, column))
        }
      }
      const live = new Uint8Array(grid.grantCount).fill(1)
      const same = live.slice()
      expect(dropImpliedGrants(sparse, same, undefined)).toEqual(dropImpliedGrants(grid, live, undefined))
      expect(transposed(transposed(grid))).toEqual(grid)
    }),
  )
})

test('reduced access keeps every grant once, splits what hangs together nowhere, and has no two equal lines', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1023 }), { minLength: 1, maxLength: 14 }), (rows) => {
      const access = accessOfMasks(rows, 10)
      const seen = new Set<string>()
      for (const { grid, rowStart, rowIdentity, columnStart, columnEntitlement } of reduceAccess(access)) {
        expect(grid.grantCount).toBeGreaterThan(0)
        const lines = new Set<string>()
        for (let row = 0; row < grid.rowCount; row++) {
          lines.add(grid.rowColumn.subarray(grid.rowOffset[row], grid.rowOffset[row + 1]).join())
          expect(grid.rowWeight[row]).toBe(rowStart[row + 1]! - rowStart[row]!)
        }
        expect(lines.size).toBe(grid.rowCount)
        for (let g = 0; g < grid.grantCount; g++) {
          const row = grid.grantRow[g]!
          const column = grid.rowColumn[g]!
          for (const identity of rowIdentity.subarray(rowStart[row], rowStart[row + 1])) {
            for (const entitlement of columnEntitlement.subarray(columnStart[column], columnStart[column + 1])) {
              expect((rows[identity]! >> entitlement) & 1).toBe(1)
              expect(seen.has(`${identity} ${entitlement}`)).toBe(false)
              seen.add(`${identity} ${entitlement}`)
            }
          }
        }
      }
      expect(seen.size).toBe(access.rowEntitlement.length)
    }),
  )
})
