import type { ReactNode } from 'react'

interface TableColumn<Row> {
  readonly title: string
  readonly cell: (row: Row) => ReactNode
  /** The column is left out on a phone. */
  readonly isWideOnly?: boolean
  /** The sum of the whole table, below the column. */
  readonly sum?: ReactNode
}

interface Props<Row> {
  /** For screen readers; without it, the title of the first column names the table. */
  readonly caption?: string
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** The first column, which names the row. */
  readonly head: Omit<TableColumn<Row>, 'title' | 'isWideOnly'> & { readonly title: ReactNode }
  readonly columns: readonly TableColumn<Row>[]
  readonly isCurrent?: (row: Row) => boolean
}

/** A table of a few rows that are all in the page: a name and its figures. */
export function Table<Row>({ caption, rows, keyOf, head, columns, isCurrent }: Props<Row>) {
  const wideOnly = ({ isWideOnly }: TableColumn<Row>) => (isWideOnly ? 'wide-only' : undefined)
  return (
    <table className="table">
      {caption !== undefined && <caption className="for-readers">{caption}</caption>}
      <thead>
        <tr>
          <th scope="col" className="words">
            {head.title}
          </th>
          {columns.map((column) => (
            <th key={column.title} scope="col" className={wideOnly(column)}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} aria-current={isCurrent?.(row) ? 'true' : undefined}>
            <th scope="row">{head.cell(row)}</th>
            {columns.map((column) => (
              <td key={column.title} className={wideOnly(column)}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      {head.sum !== undefined && (
        <tfoot>
          <tr>
            <th scope="row">{head.sum}</th>
            {columns.map((column) => (
              <td key={column.title} className={wideOnly(column)}>
                {column.sum}
              </td>
            ))}
          </tr>
        </tfoot>
      )}
    </table>
  )
}
