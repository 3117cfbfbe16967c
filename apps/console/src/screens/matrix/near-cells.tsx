import type { Place } from './look.ts'
import { near, nearStart, type Sheet } from './sheets.ts'

interface Props {
  readonly id: string
  readonly sheet: Sheet
  readonly active: Place
  readonly rowName: (row: number) => string
  readonly columnName: (column: number) => string
  readonly cellText: (place: Place) => string
  readonly isMarked: (place: Place) => boolean
}

/**
 * The cells round the active one as a grid for those who do not see the canvas, with the names of their rows and columns. It stands
 * still while the canvas moves.
 */
export function NearCells({ id, sheet, active, rowName, columnName, cellText, isMarked }: Props) {
  const rows = placesFrom(nearStart(active.row, sheet.rows), sheet.rows)
  const columns = placesFrom(nearStart(active.column, sheet.columns), sheet.columns)
  return (
    <div className="for-readers" role="rowgroup">
      <div role="row" tabIndex={-1} aria-rowindex={1}>
        {columns.map((column) => (
          <span key={column} role="columnheader" tabIndex={-1} aria-colindex={column + 2}>
            {columnName(column)}
          </span>
        ))}
      </div>
      {rows.map((row) => (
        <div key={row} role="row" tabIndex={-1} aria-rowindex={row + 2}>
          <span role="rowheader" tabIndex={-1} aria-colindex={1}>
            {rowName(row)}
          </span>
          {columns.map((column) => (
            <span
              key={column}
              id={row === active.row && column === active.column ? id : undefined}
              role="gridcell"
              tabIndex={-1}
              aria-colindex={column + 2}
              aria-selected={isMarked({ row, column })}
            >
              {cellText({ row, column })}
            </span>
          ))}
        </div>
      ))}
    </div>
  )
}

function placesFrom(start: number, count: number): readonly number[] {
  return Array.from({ length: Math.min(near, count) }, (_, place) => start + place)
}
