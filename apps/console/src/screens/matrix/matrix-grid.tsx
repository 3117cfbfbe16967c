import type { MatrixDescription, MatrixOverview } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { type KeyboardEvent, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { type CellKind, cellKind, tileCounts, tileSize } from './cells.ts'
import type { Colours } from './colours.ts'
import { movedBy } from './grid-keys.ts'
import type { Place, Show } from './look.ts'
import { MarkBar } from './mark-bar.tsx'
import { Minimap } from './minimap.ts'
import { NearCells } from './near-cells.tsx'
import type { Painted } from './paint.ts'
import type { View } from './queries.ts'
import { cellAt, offsetAround, type Rectangle, type Sheet, sidesOf, unitAt } from './sheets.ts'
import { Surface } from './surface.ts'
import { cellWords, texts } from './texts.ts'
import { useFetched } from './use-fetched.ts'

interface Props {
  readonly matrix: MatrixDescription
  readonly view: View
  readonly show: Show
  readonly sheet: Sheet
  readonly overview: MatrixOverview | undefined
  readonly tiles: Painted | undefined
  readonly colours: Colours
  /** The active cell of the matrix. */
  readonly at: Place
  readonly onAt: (place: Place) => void
  readonly onZoom: (by: 1 | -1) => void
  readonly isMarking: boolean
  readonly marked: Rectangle | undefined
  readonly onMark: (place: Place) => void
  readonly onRectangle: (rectangle: Rectangle) => void
  readonly onUnmark: () => void
}

/** The matrix itself: a canvas that moves, and a grid of the cells around the active one for screen readers. */
export function MatrixGrid(props: Props) {
  const { matrix, view, show, sheet, overview, tiles, colours, at, marked } = props
  const id = useId()
  const { letters } = useStore(preferences)
  const active = unitAt(sheet, at)
  const [middle, setMiddle] = useState(active)
  const { painted, names, window, chunk } = useFetched(view, matrix.version, show, sheet, middle, colours)
  const canvas = useRef<HTMLCanvasElement>(null)
  const map = useRef<HTMLCanvasElement>(null)
  const grid = useRef<HTMLTableElement>(null)
  const surface = useRef<Surface>(undefined)
  const minimap = useRef<Minimap>(undefined)
  const latest = useRef(props)
  latest.current = props

  useEffect(() => {
    if (canvas.current === null || map.current === null) return
    const small = new Minimap(map.current, (down, across) => {
      const { rowCount, columnCount } = latest.current.matrix
      latest.current.onAt({ row: Math.floor(down * rowCount), column: Math.floor(across * columnCount) })
    })
    minimap.current = small
    const made = new Surface(canvas.current, {
      onRest: ({ top, left }) => {
        const { width, height } = made.room
        const { unit } = latest.current.sheet
        setMiddle({ row: top + height / unit / 2, column: left + width / unit / 2 })
      },
      onPick: (place) => {
        grid.current?.focus({ preventScroll: true })
        pick(latest.current, place)
      },
      onMark: (rectangle) => latest.current.onRectangle(rectangle),
      onFrame: (offset) => minimap.current?.draw(latest.current.sheet, offset, made.room),
    })
    surface.current = made
    return () => {
      made.close()
      small.close()
    }
  }, [])

  // After a change of the zoom, the active cell is in the middle.
  const shownSheet = useRef<Sheet>(undefined)
  useEffect(() => {
    const made = surface.current
    if (made === undefined) return
    minimap.current?.show(tiles, colours)
    const scene = {
      sheet,
      painted: sheet.kind === 'tiles' ? tiles : painted,
      names,
      blocks: matrix.blocks,
      active: unitAt(sheet, at),
      marked,
      colours,
    }
    made.show(scene, props.isMarking)
    if (shownSheet.current === sheet) return
    shownSheet.current = sheet
    const { width, height } = made.room
    made.show({ ...scene, offset: offsetAround(sheet, unitAt(sheet, at), width, height) }, props.isMarking)
    setMiddle(unitAt(sheet, at))
  }, [sheet, painted, tiles, names, matrix.blocks, at, marked, colours, props.isMarking])

  const { row, column } = active
  useEffect(() => surface.current?.bringIntoSight({ row, column }), [row, column])

  const press = (event: KeyboardEvent) => {
    const room = surface.current?.room
    if (room === undefined || event.altKey || event.metaKey) return
    const page = Math.max(1, Math.floor(room.height / sheet.unit) - 1)
    const target = movedBy(event.key, event.ctrlKey, active, sheet, page)
    if (target !== undefined) props.onAt(cellAt(sheet, target))
    else if (event.key === '+' || event.key === '=') props.onZoom(1)
    else if (event.key === '-') props.onZoom(-1)
    else if (event.key === 'Escape' && marked !== undefined) props.onUnmark()
    else if (event.key === 'x' && letters && !event.ctrlKey) props.onMark(active)
    else if (event.key === 'Enter' && sheet.kind !== 'cells') props.onZoom(1)
    else return
    event.preventDefault()
  }

  const rowName = useCallback(
    (place: number) => {
      if (sheet.kind === 'tiles') return stretchWords('people', place, sheet.rowStep, matrix.rowCount)
      return names.rows[place - chunk.rowStart] ?? texts.loading
    },
    [sheet, matrix.rowCount, names, chunk],
  )
  const columnName = useCallback(
    (place: number) => {
      if (sheet.kind === 'tiles') return stretchWords('entitlements', place, sheet.columnStep, matrix.columnCount)
      return names.columns[place - chunk.columnStart] ?? texts.loading
    },
    [sheet, matrix.columnCount, names, chunk],
  )
  const cellText = (place: Place) => {
    if (sheet.kind === 'tiles') return overview === undefined ? texts.loading : tileWords(overview, matrix, show, place)
    const isHere =
      window !== undefined &&
      place.row >= chunk.rowStart &&
      place.row < chunk.rowStart + window.rowCount &&
      place.column >= chunk.columnStart &&
      place.column < chunk.columnStart + window.columnCount
    return isHere
      ? cellWords[cellKind(window, show, place.row - chunk.rowStart, place.column - chunk.columnStart)]
      : texts.loading
  }
  const isTiles = sheet.kind === 'tiles'
  const where = useMemo(() => [rowName(row), columnName(column)] as const, [rowName, columnName, row, column])
  return (
    <>
      <div className="matrix">
        <div className="matrix-surface">
          <canvas ref={canvas} className="matrix-canvas" data-marking={props.isMarking ? '' : undefined} />
          <NearCells
            grid={grid}
            id={`${id}-active`}
            sheet={sheet}
            active={active}
            rowName={rowName}
            columnName={columnName}
            cellText={cellText}
            isMarked={(place) => isWithinMarks(marked, place)}
            onKeyDown={press}
          />
        </div>
        <div className="matrix-side">
          <canvas ref={map} className="matrix-map" title={texts.minimap} />
          <dl className="matrix-where" aria-label={texts.where}>
            <dt>{isTiles ? texts.people : texts.person}</dt>
            <dd>
              <bdi>{where[0]}</bdi>
            </dd>
            <dt>{isTiles ? texts.entitlements : texts.entitlement}</dt>
            <dd>
              <bdi>{where[1]}</bdi>
            </dd>
            <dt>{isTiles ? texts.cells : texts.cell}</dt>
            <dd>{cellText(active)}</dd>
          </dl>
        </div>
      </div>
      {marked !== undefined && (
        <MarkBar window={window} chunk={chunk} show={show} marked={marked} onUnmark={props.onUnmark} />
      )}
    </>
  )
}

/** A click moves to its cell; while a rectangle is being marked, the click sets a corner. */
function pick({ sheet, isMarking, onAt, onMark }: Props, place: Place): void {
  onAt(cellAt(sheet, place))
  if (isMarking) onMark(place)
}

function stretchWords(noun: string, place: number, step: number, count: number): string {
  const last = Math.min(count, (place + 1) * step)
  return texts.stretch(noun, place * step + 1, last)
}

function tileWords(overview: MatrixOverview, matrix: MatrixDescription, show: Show, { row, column }: Place): string {
  const size = tileSize(overview, matrix, row, column)
  const counts = tileCounts(overview, show, row * overview.tileColumnCount + column)
  const told = Object.entries(counts).filter(([, count]) => count > 0)
  const words = told.map(([kind, count]) => texts.countOfCells(count, kind as CellKind))
  return texts.ofCells(size, words.join(', ') || cellWords.none)
}

function isWithinMarks(marked: Rectangle | undefined, { row, column }: Place): boolean {
  if (marked === undefined) return false
  const { top, bottom, left, right } = sidesOf(marked)
  return row >= top && row <= bottom && column >= left && column <= right
}
