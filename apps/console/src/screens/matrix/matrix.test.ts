import {
  MatrixDescriptionSchema,
  MatrixOverviewSchema,
  MatrixWindowSchema,
  RoleSource,
} from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { create } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { tilesInSight } from './cell-tiles.ts'
import { cellKind, cellKinds, kindsOf, planeOf, tileCounts, tileSize } from './cells.ts'
import { movedBy } from './grid-keys.ts'
import { readAt, readLook, type Show, shows, writeAt } from './look.ts'
import { markedOf } from './marked.ts'
import { readMatrixSearch } from './search.ts'
import {
  cellAt,
  chunkAround,
  nearStart,
  offsetAround,
  offsetShowing,
  offsetWithin,
  sheetsOf,
  unitAt,
  usualZoom,
} from './sheets.ts'
import { matrixSentence, ordinal, sheetWords } from './texts.ts'

describe('what the address says of a matrix', () => {
  test('is kept where it means something, and left out where not', () => {
    expect(readLook({ show: 'difference', zoom: 3, at: '120,40' })).toEqual({
      show: 'difference',
      zoom: 3,
      at: '120,40',
    })
    expect(readLook({ show: 'as-is', zoom: -1, at: '1;2' })).toEqual({})
    expect(readLook({ show: 7, zoom: 2.5, at: 12 })).toEqual({})
    expect(readAt(writeAt({ row: 7, column: 9 }))).toEqual({ row: 7, column: 9 })
    expect(readMatrixSearch({ who: 'a:b', by: 'none', model: '', zoom: 1 })).toEqual({
      who: 'a:b',
      by: 'none',
      zoom: 1,
    })
    expect(readMatrixSearch({ who: '', by: 'best' })).toEqual({})
  })
})

describe('zooms', () => {
  test('of a few people are cells of four sizes', () => {
    expect(sheetsOf(30, 12).map(({ kind, unit, rows, columns }) => [kind, unit, rows, columns])).toEqual([
      ['cells', 4, 30, 12],
      ['cells', 8, 30, 12],
      ['cells', 14, 30, 12],
      ['cells', 22, 30, 12],
    ])
  })

  test('of a million people begin with 200 by 200 tiles, and then every 500th person, which is said', () => {
    const sheets = sheetsOf(1_000_000, 450)
    expect(sheets.slice(0, 2)).toEqual([
      { kind: 'tiles', rows: 200, columns: 150, rowStep: 5_000, columnStep: 3, unit: 3 },
      { kind: 'every-nth', rows: 2_000, columns: 450, rowStep: 500, columnStep: 1, unit: 4 },
    ])
    expect(usualZoom(sheets, 800, 480)).toBe(0)
    expect(sheetWords(sheets[1] ?? expect.unreachable())).toBe('Every 500th person')
    expect([1, 2, 3, 4, 11, 12, 13, 21, 50, 102, 111].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '13th',
      '21st',
      '50th',
      '102nd',
      '111th',
    ])
  })

  test('begin with the largest cells that fit, and of many people with the smallest', () => {
    expect(usualZoom(sheetsOf(20, 20), 800, 480)).toBe(3)
    expect(usualZoom(sheetsOf(60, 40), 800, 480)).toBe(1)
    expect(sheetsOf(1_000, 400)[usualZoom(sheetsOf(1_000, 400), 800, 480)]).toMatchObject({ kind: 'cells', unit: 4 })
  })

  test('go from a cell to its unit and back to the first cell of that', () => {
    const [tiles] = sheetsOf(1_000_000, 450)
    if (tiles === undefined) return expect.unreachable()
    expect(unitAt(tiles, { row: 12_345, column: 449 })).toEqual({ row: 2, column: 149 })
    expect(unitAt(tiles, { row: 5_000_000, column: 9_999 })).toEqual({ row: 199, column: 149 })
    expect(cellAt(tiles, { row: 2, column: 149 })).toEqual({ row: 10_000, column: 447 })
  })
})

describe('the window onto a sheet', () => {
  const [sheet] = sheetsOf(100, 50)
  if (sheet === undefined) throw new Error('there is a sheet')

  test('ends with the sheet, and a sheet that fits does not move', () => {
    expect(offsetWithin(sheet, { top: 99, left: -5 }, 80, 80)).toEqual({ top: 80, left: 0 })
    expect(offsetWithin(sheet, { top: 99, left: 7 }, 4_000, 4_000)).toEqual({ top: 0, left: 0 })
    expect(offsetAround(sheet, { row: 50, column: 25 }, 80, 80)).toEqual({ top: 40.5, left: 15.5 })
  })

  test('moves no more than it takes to show a unit', () => {
    const offset = { top: 10, left: 10 }
    expect(offsetShowing(sheet, offset, { row: 15, column: 29 }, 80, 80)).toEqual(offset)
    expect(offsetShowing(sheet, offset, { row: 9, column: 30 }, 80, 80)).toEqual({ top: 9, left: 11 })
  })

  test('fetches 2,000 by 500 round the middle, and the same after a small move', () => {
    const large = { ...sheet, rows: 100_000, columns: 3_000 }
    const chunk = chunkAround(large, { row: 50_000, column: 1_500 })
    expect(chunk).toEqual({ rowStart: 49_000, rowCount: 2_000, columnStart: 1_250, columnCount: 500 })
    expect(chunkAround(large, { row: 50_200, column: 1_540 })).toEqual(chunk)
    expect(chunkAround(large, { row: 0, column: 2_999 })).toEqual({
      rowStart: 0,
      rowCount: 2_000,
      columnStart: 2_500,
      columnCount: 500,
    })
    expect(chunkAround(sheet, { row: 1, column: 1 })).toEqual({
      rowStart: 0,
      rowCount: 100,
      columnStart: 0,
      columnCount: 50,
    })
  })

  test.each([
    [1_000_000, 450],
    [1_000_000, 9_000],
    [1, 9_000],
    [1_000_000, 1],
    [1, 1],
  ])(
    'of %i people by %i entitlements fetches at most 2,000 by 500 at each zoom and place, and lays out no more tiles than 200 by 200',
    (people, entitlements) => {
      for (const one of sheetsOf(people, entitlements)) {
        expect(one.rows * one.rowStep).toBeGreaterThanOrEqual(people)
        expect(one.columns * one.columnStep).toBeGreaterThanOrEqual(entitlements)
        if (one.kind === 'tiles') expect(Math.max(one.rows, one.columns)).toBeLessThanOrEqual(200)
        for (const share of [0, 0.3, 0.5, 1]) {
          const place = { row: Math.floor((one.rows - 1) * share), column: Math.floor((one.columns - 1) * share) }
          const { rowStart, rowCount, columnStart, columnCount } = chunkAround(one, place)
          expect(rowCount).toBeLessThanOrEqual(2_000)
          expect(columnCount).toBeLessThanOrEqual(500)
          expect([rowStart <= place.row, place.row < rowStart + rowCount]).toEqual([true, true])
          expect([columnStart <= place.column, place.column < columnStart + columnCount]).toEqual([true, true])
        }
      }
    },
  )

  test('lays as many tiles of cells on the page as it takes, whatever has been fetched', () => {
    expect(tilesInSight(0, 126, 126)).toEqual({ from: 0, to: 0 })
    expect(tilesInSight(126, 127, 126)).toEqual({ from: 1, to: 2 })
    expect(tilesInSight(-30, 800, 126)).toEqual({ from: -1, to: 6 })
    const { from, to } = tilesInSight(14 * 1_000_000, 800, 126)
    expect(to - from).toBeLessThanOrEqual(7)
  })

  test('has 9 cells round the active one, at the ends those that are there', () => {
    expect([0, 3, 50, 99].map((place) => nearStart(place, 100))).toEqual([0, 0, 46, 91])
    expect([nearStart(3, 4), nearStart(0, 1)]).toEqual([0, 0])
  })
})

test('keys lead to the cell that they name, and never out of the matrix', () => {
  const at = { row: 5, column: 5 }
  const size = { rows: 20, columns: 10 }
  const places = [
    ['ArrowDown', 6, 5],
    ['ArrowUp', 4, 5],
    ['ArrowRight', 5, 6],
    ['ArrowLeft', 5, 4],
    ['PageDown', 13, 5],
    ['PageUp', 0, 5],
    ['Home', 5, 0],
    ['End', 5, 9],
  ] as const
  for (const [key, row, column] of places) expect(movedBy(key, false, at, size, 8)).toEqual({ row, column })
  expect(movedBy('Home', true, at, size, 8)).toEqual({ row: 0, column: 0 })
  expect(movedBy('End', true, at, size, 8)).toEqual({ row: 19, column: 9 })
  expect(movedBy('a', false, at, size, 8)).toBeUndefined()
  expect(movedBy('ArrowDown', false, { row: 0, column: 0 }, { rows: 1, columns: 1 }, 1)).toEqual({ row: 0, column: 0 })
})

describe('cells', () => {
  // All eight ways in which assigned (1), by group (2) and modelled (4) can meet, in one row.
  const plane = (bit: number) =>
    Uint8Array.of([0, 1, 2, 3, 4, 5, 6, 7].reduce((byte, at) => byte | (at & bit ? 1 << at : 0), 0))
  const [assigned, byGroup] = [plane(1), plane(2)]
  const window = create(MatrixWindowSchema, {
    rowCount: 1,
    columnCount: 8,
    rowBytes: 1,
    assigned,
    byGroup,
    modelled: plane(4),
    people: [{ identityId: 'a' }],
    entitlements: Array.from({ length: 8 }, (_, at) => ({ applicationId: 'app', entitlementId: `e${at}` })),
  })

  test('are told by what gives them', () => {
    const told = (show: Show) => Array.from({ length: 8 }, (_, column) => cellKind(window, show, 0, column))
    expect(told('as-is')).toEqual(['none', 'assigned', 'group', 'assigned', 'none', 'assigned', 'group', 'assigned'])
    expect(told('modelled')).toEqual([...Array(4).fill('none'), ...Array(4).fill('modelled')])
    expect(told('difference')).toEqual(['none', 'loss', 'group', 'loss', 'gain', 'kept', 'group', 'kept'])
  })

  test('are painted as they are told: each is of one kind of those that the way of showing has', () => {
    for (const show of shows) {
      for (const kind of cellKinds) {
        if (!kindsOf[show].includes(kind)) continue
        // An assigned cell is never also held by groups alone: the service sends no such cell.
        const bits = { ...window, byGroup: Uint8Array.of((byGroup[0] ?? 0) & ~(assigned[0] ?? 0)) }
        const painted = planeOf(bits, show, kind)
        for (let column = 0; column < 8; column++)
          expect([show, kind, column, (((painted?.[0] ?? 0) >> column) & 1) === 1]).toEqual([
            show,
            kind,
            column,
            cellKind(bits, show, 0, column) === kind,
          ])
      }
    }
    expect(planeOf({ ...window, assigned: Uint8Array.of(0) }, 'as-is', 'assigned')).toBeUndefined()
  })

  test('of a rectangle are counted and named; of one that is not fetched nothing is said', () => {
    const marked = markedOf(window, { rowStart: 10, columnStart: 20 }, 'as-is', {
      from: { row: 10, column: 23 },
      to: { row: 10, column: 21 },
    })
    expect(marked?.entitlements.map(({ entitlementId }) => entitlementId)).toEqual(['e1', 'e2', 'e3'])
    expect([marked?.people.length, marked?.held]).toEqual([1, 3])
    const beyond = { from: { row: 10, column: 27 }, to: { row: 11, column: 27 } }
    expect(markedOf(window, { rowStart: 10, columnStart: 20 }, 'as-is', beyond)).toBeUndefined()
  })

  test('of a tile are counted by kind, and tiles at the ends are smaller', () => {
    const overview = create(MatrixOverviewSchema, {
      rowsPerTile: 5,
      columnsPerTile: 3,
      tileRowCount: 1,
      tileColumnCount: 2,
      assigned: [9, 2],
      byGroup: [1, 0],
      gains: [2, 0],
      losses: [4, 0],
    })
    expect(tileCounts(overview, 'difference', 0)).toEqual({ kept: 5, group: 1, gain: 2, loss: 4 })
    expect(tileCounts(overview, 'as-is', 1)).toEqual({ assigned: 2, group: 0 })
    const size = { rowCount: 4, columnCount: 5 }
    expect([tileSize(overview, size, 0, 0), tileSize(overview, size, 0, 1)]).toEqual([12, 8])
  })
})

describe('the sentence of a matrix', () => {
  const cells = { assigned: 120n, byGroup: 3n, modelled: 110n, gains: 0n, losses: 10n }
  const matrix = create(MatrixDescriptionSchema, {
    rowCount: 20,
    columnCount: 10,
    roles: RoleSource.SUGGESTIONS,
    roleCount: 1,
    groupsCounted: true,
    cells,
  })
  test.each([
    [
      'as-is',
      {},
      '20 people by 10 entitlements, ordered by 1 profile or candidate. 120 of 200 (60\u00a0%) cells are assigned, 3 more only through groups.',
    ],
    [
      'modelled',
      {},
      '20 people by 10 entitlements, ordered by 1 profile or candidate. By the roles 110 of 200 (55\u00a0%) cells are held.',
    ],
    [
      'difference',
      {},
      '20 people by 10 entitlements, ordered by 1 profile or candidate. Nobody would gain anything; 10 are assigned and in no role.',
    ],
    [
      'as-is',
      { roles: RoleSource.ROLE_MODEL, roleCount: 12, stale: true, furtherRoleCount: 3, groupsCounted: false },
      '20 people by 10 entitlements, ordered by the 12 roles of a role model of an earlier load; 3 more are too many to show. 120 of 200 (60\u00a0%) cells are assigned; access through groups is too much to count.',
    ],
    [
      'as-is',
      { roles: RoleSource.NONE, cells: { ...cells, byGroup: 0n } },
      '20 people by 10 entitlements, ordered so that people with the same access are neighbours. 120 of 200 (60\u00a0%) cells are assigned.',
    ],
    ['as-is', { rowCount: 0 }, 'Nobody matches, so there is no matrix.'],
    ['as-is', { rowCount: 1, columnCount: 0 }, '1 person holds nothing, so there is no matrix.'],
  ] as const)('%s %o: %s', (show, change, sentence) => {
    expect(matrixSentence({ ...matrix, ...change } as typeof matrix, show)).toBe(sentence)
  })
})
