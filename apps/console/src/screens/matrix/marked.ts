import type { MatrixEntitlement, MatrixPerson, MatrixWindow } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { cellKind } from './cells.ts'
import type { Show } from './look.ts'
import { type Chunk, type Rectangle, sidesOf } from './sheets.ts'

/** The content of a rectangle. */
export interface Marked {
  readonly people: readonly MatrixPerson[]
  readonly entitlements: readonly MatrixEntitlement[]
  /** The number of cells that are held, in the present display. */
  readonly held: number
}

/** The people, entitlements and held cells of a rectangle; undefined when a part of it is not fetched. */
export function markedOf(
  window: MatrixWindow,
  { rowStart, columnStart }: Pick<Chunk, 'rowStart' | 'columnStart'>,
  show: Show,
  rectangle: Rectangle,
): Marked | undefined {
  const { top, bottom, left, right } = sidesOf(rectangle)
  const [firstRow, lastRow] = [top - rowStart, bottom - rowStart]
  const [firstColumn, lastColumn] = [left - columnStart, right - columnStart]
  if (firstRow < 0 || firstColumn < 0 || lastRow >= window.rowCount || lastColumn >= window.columnCount)
    return undefined
  let held = 0
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const kind = cellKind(window, show, row, column)
      if (kind !== 'none' && kind !== 'gain') held++
    }
  }
  return {
    people: window.people.slice(firstRow, lastRow + 1),
    entitlements: window.entitlements.slice(firstColumn, lastColumn + 1),
    held,
  }
}
