import type { Snapshot } from '../snapshot.ts'
import type { MatrixOrder } from './matrix-question.ts'
import { MatrixRows } from './matrix-row.ts'

/**
 * The cells of a window: every `rowStep`th row from `rowStart` on, `rowCount` of them, and `columnCount` columns. It must lie inside the
 * matrix.
 */
export interface MatrixWindow {
  readonly rowStart: number
  readonly rowCount: number
  readonly rowStep: number
  readonly columnStart: number
  readonly columnCount: number
}

/**
 * One bit for each cell, row by row; each row starts with a new byte. Column c of the window is bit `c & 7` (0 is the lowest) of the
 * row's byte `c >> 3`.
 */
export interface WindowBits {
  readonly rowBytes: number
  readonly assigned: Uint8Array
  /** Held only through groups. */
  readonly byGroup: Uint8Array
  readonly modelled: Uint8Array
}

/** The number of cells of one step, which takes a few milliseconds. */
const stepsAtOnce = 1_000_000

/** Computes the cells of a window in steps; each `next` takes a few milliseconds. */
export function* windowBits(snapshot: Snapshot, order: MatrixOrder, window: MatrixWindow): Generator<void, WindowBits> {
  const { rowStart, rowCount, rowStep, columnStart, columnCount } = window
  const rowBytes = Math.ceil(columnCount / 8)
  const bits = () => new Uint8Array(rowBytes * rowCount)
  const [assigned, byGroup, modelled] = [bits(), bits(), bits()]
  const rows = new MatrixRows(snapshot, order)
  let base = 0
  const setIn = (plane: Uint8Array) => (column: number) => {
    const place = column - columnStart
    if (place >= 0 && place < columnCount) plane[base + (place >> 3)]! |= 1 << (place & 7)
  }
  const setAssigned = setIn(assigned)
  const setByGroup = setIn(byGroup)
  const setModelled = setIn(modelled)
  let pausedAt = 0
  for (let place = 0; place < rowCount; place++) {
    base = place * rowBytes
    const row = rowStart + place * rowStep
    rows.assigned(row, setAssigned)
    rows.byGroup(row, setByGroup)
    rows.modelled(row, setModelled)
    if (rows.steps - pausedAt < stepsAtOnce) continue
    pausedAt = rows.steps
    yield
  }
  if (order.keepsHeld) for (let at = 0; at < modelled.length; at++) modelled[at]! |= assigned[at]! | byGroup[at]!
  return { rowBytes, assigned, byGroup, modelled }
}
