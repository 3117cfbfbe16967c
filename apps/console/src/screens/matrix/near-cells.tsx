import type { KeyboardEvent, RefObject } from 'react'
import type { Place } from './look.ts'
import { near, nearStart, type Sheet } from './sheets.ts'
import { texts } from './texts.ts'

interface Props {
  readonly grid: RefObject<HTMLTableElement | null>
  /** The id of the active cell. */
  readonly id: string
  readonly sheet: Sheet
  readonly active: Place
  readonly rowName: (row: number) => string
  readonly columnName: (column: number) => string
  readonly cellText: (place: Place) => string
  readonly isMarked: (place: Place) => boolean
  readonly onKeyDown: (event: KeyboardEvent) => void
}

/**
 * The cells around the active one as a grid for screen readers, with the names of their rows and columns. The grid has the focus for
 * both, and does not change while the canvas moves.
 */
export function NearCells(props: Props) {
  const { grid, id, sheet, active, rowName, columnName, cellText, isMarked, onKeyDown } = props
  const rows = placesFrom(nearStart(active.row, sheet.rows), sheet.rows)
  const columns = placesFrom(nearStart(active.column, sheet.columns), sheet.columns)
  return (
    <table
      ref={grid}
      className="for-readers"
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table is the element of the grid pattern (ARIA in HTML)
      role="grid"
      aria-label={texts.grid}
      aria-rowcount={sheet.rows + 1}
      aria-colcount={sheet.columns + 1}
      aria-multiselectable
      aria-activedescendant={id}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <thead>
        <tr aria-rowindex={1}>
          <td aria-colindex={1} />
          {columns.map((column) => (
            <th key={column} scope="col" aria-colindex={column + 2}>
              {columnName(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row} aria-rowindex={row + 2}>
            <th scope="row" aria-colindex={1}>
              {rowName(row)}
            </th>
            {columns.map((column) => (
              // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a cell of a grid can be selected; the rule sees a table
              <td
                key={column}
                id={row === active.row && column === active.column ? id : undefined}
                aria-colindex={column + 2}
                aria-selected={isMarked({ row, column })}
              >
                {cellText({ row, column })}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function placesFrom(start: number, count: number): readonly number[] {
  return Array.from({ length: Math.min(near, count) }, (_, place) => start + place)
}
