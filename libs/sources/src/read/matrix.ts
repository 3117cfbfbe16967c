import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'
import { type Delimited, recordsOf } from './delimited.ts'

/** A table of people by entitlements, with a mark where one holds the other. */
interface Matrix extends Delimited {
  /** Without names rows and columns are numbered from 1. */
  readonly hasNames: boolean
}

const held = new Set(['1', 'x', 'true', 'yes', 'y'])
const notHeld = new Set(['', '0', 'false', 'no', 'n', '-'])

export function isMark(cell: string): boolean {
  const mark = cell.trim().toLowerCase()
  return held.has(mark) || notHeld.has(mark)
}

/** One row for each mark, of `user` and `entitlement`; a user without a mark has one with an empty entitlement. */
export async function* matrixRows(file: InputFile, form: Matrix): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, ['user', 'entitlement'])
  let names: readonly string[] | undefined
  let count = 0
  for await (const records of recordsOf(file, form)) {
    const rows: Row[] = []
    for (const { cells, line } of records) {
      if (names === undefined) {
        names = form.hasNames ? new Header(file.name, line, cells).names : cells.map((_, field) => `p${field + 1}`)
        if (form.hasNames) continue
      }
      if (cells.length !== names.length) {
        rows.push(new BrokenRow(file.name, line, `the row has ${cells.length} cells, the first row ${names.length}`))
        continue
      }
      count++
      const user = form.hasNames ? (cells[0]?.trim() ?? '') : `u${count}`
      let marks = 0
      for (let field = form.hasNames ? 1 : 0; field < cells.length; field++) {
        const mark = cells[field]?.trim().toLowerCase() ?? ''
        if (held.has(mark)) {
          rows.push(new TableRow(file.name, line, header, [user, names[field] ?? '']))
          marks++
        } else if (!notHeld.has(mark)) {
          const reason = `"${cells[field]}" in column "${names[field]}" is no mark; a matrix holds 0 and 1, or x and blanks`
          rows.push(new BrokenRow(file.name, line, reason))
        }
      }
      if (marks === 0) rows.push(new TableRow(file.name, line, header, [user, '']))
    }
    if (rows.length > 0) yield rows
  }
}
