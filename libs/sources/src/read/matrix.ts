import { Header, type Synonyms } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, ClosingRow, type Row, TableRow } from '../row.ts'
import { closesTable, mostClosing } from './closing-rows.ts'
import { type Delimited, recordsOf } from './delimited.ts'

/** The columns before the marks, and the index of the one that names the person. */
export interface Leading {
  readonly names: readonly string[]
  readonly person: number
  /** The columns in the order in which they are read, when the marks are not the last ones. */
  readonly order?: readonly number[]
}

/** The cells of a row with the leading ones first. */
export function inOrder(cells: readonly string[], leading: Leading | undefined): readonly string[] {
  return leading?.order === undefined ? cells : leading.order.map((column) => cells[column] ?? '')
}

/** A table of people by entitlements, with a mark for each entitlement that a person holds. */
interface Matrix {
  /** Without names, rows and columns are numbered from 1. */
  readonly hasNames: boolean
  /** If undefined, the first column names the person. */
  readonly leading?: Leading
  /** Whether rows are entitlements and columns people. */
  readonly isTurned?: boolean
  /** Whether cells are levels of access: `Read`, `R/W`. An entitlement is then the name with the level. */
  readonly hasLevels?: boolean
  /** Whether cells are the names of roles in what their column names. */
  readonly hasRoles?: boolean
}

const held = new Set([
  '1',
  'x',
  'true',
  'yes',
  'y',
  'ja',
  'j',
  'oui',
  'o',
  'si',
  'sí',
  's',
  'sim',
  '✓',
  '✔',
  '☑',
  '☒',
  '●',
  '•',
  '*',
])
const notHeld = new Set(['', '0', 'false', 'no', 'n', '-', '–', 'nein', 'non', 'não', 'nee', '☐', '○', '✗', '✘'])

/** Words for levels of access. Letters stand for reading, writing and administering, or for create, read, update, delete. */
const levels = new Set([
  ...['read', 'read only', 'readonly', 'read/write', 'read write', 'readwrite', 'write', 'view', 'view only', 'viewer'],
  ...['reader', 'writer', 'edit', 'editor', 'modify', 'change', 'contribute', 'contributor', 'full', 'full access'],
  ...['full control', 'admin', 'administrator', 'owner', 'manage', 'manager', 'maintain', 'maintainer', 'triage'],
  ...['execute', 'approve', 'approver', 'delete', 'create', 'update', 'limited', 'restricted', 'standard', 'guest'],
  ...['reporter', 'developer', 'member', 'user', 'power user', 'superuser', 'read & write', 'read and write'],
  ...['lesen', 'schreiben', 'lesen/schreiben', 'ändern', 'vollzugriff', 'lecture', 'écriture', 'lectura', 'escritura'],
  ...['r', 'w', 'rw', 'r/w', 'ro', 'r/o', 'rwx', 'rx', 'a', 'c', 'u', 'd', 'f', 'm'],
])
const noLevels = new Set([
  'none',
  'no access',
  'n/a',
  'na',
  'nil',
  'deny',
  'denied',
  'kein',
  'keine',
  'kein zugriff',
  'aucun',
])

export function isLevel(cell: string): boolean {
  const level = markOf(cell).replaceAll(/[\s_-]+/g, ' ')
  return levels.has(level) || (level !== '' && level.length <= 4 && /^c?r?u?d?$/.test(level))
}

/** Levels that are also words for products, contracts and jobs. */
const vagueLevels = new Set([
  ...['limited', 'restricted', 'standard', 'full', 'change', 'create', 'update', 'delete', 'guest', 'member', 'user'],
  ...['developer', 'reporter', 'manager', 'owner'],
])

/** Whether a level is unambiguous: A, C and D alone are also grades, and CD and RU have other meanings. */
export function isSureLevel(cell: string): boolean {
  const level = markOf(cell)
  return isLevel(cell) && !vagueLevels.has(level) && (level.length > 2 || /[w/]|^r$/.test(level))
}

/** Whether a cell of a matrix of levels stands for no access. */
export function isNoLevel(cell: string): boolean {
  return noLevels.has(markOf(cell))
}

export function isMark(cell: string): boolean {
  return held.has(markOf(cell)) || notHeld.has(markOf(cell))
}

/** Whether a cell stands for a held entitlement. */
export function isHeld(cell: string): boolean {
  return held.has(markOf(cell))
}

export function markOf(cell: string): string {
  return cell.trim().toLowerCase()
}

/** The columns of the rows of a matrix; leading columns keep their names. */
export function matrixColumns({ leading }: Pick<Matrix, 'leading'>): readonly string[] {
  if (leading === undefined) return ['user', 'entitlement']
  return ['user', 'role', ...leading.names.filter((_, field) => field !== leading.person)]
}

/** One row for each mark, with `user` and `entitlement`; a user without a mark has one row with an empty entitlement. */
export function matrixRows(file: InputFile, form: Delimited & Matrix, synonyms: Synonyms = {}) {
  return rowsOfMatrix(file.name, recordsOf(file, form), form, synonyms)
}

interface MatrixRecord {
  readonly cells: readonly string[]
  readonly line: number
  readonly isCutOff?: boolean
}

/** @param batches all records with their lines; the one with the names is the first */
export async function* rowsOfMatrix(
  file: string,
  batches: AsyncIterable<readonly MatrixRecord[]>,
  form: Matrix,
  synonyms: Synonyms = {},
): AsyncGenerator<readonly Row[], void, undefined> {
  const { leading, isTurned = false, hasLevels = false, hasRoles = false } = form
  const header = new Header(file, 1, matrixColumns(form), synonyms)
  const width = leading?.names.length ?? 1
  const person = leading?.person ?? 0
  let names: readonly string[] | undefined
  /** Rows that close the table, unless other rows follow. */
  let closing: { readonly line: number }[] = []
  let count = 0
  for await (const records of batches) {
    const rows: Row[] = []
    for (const { cells: all, line, isCutOff = false } of records) {
      if (names === undefined) {
        names = form.hasNames
          ? inOrder(new Header(file, line, all).names, leading)
          : all.map((_, field) => `p${field + 1}`)
        if (form.hasNames) continue
      }
      if (all.every((cell) => cell.trim() === '')) continue
      if (form.hasNames && closing.length < mostClosing && closesTable(all, names.length, !isCutOff)) {
        closing.push({ line })
        continue
      }
      for (const { line: at } of closing)
        rows.push(new BrokenRow(file, at, 'a sum or a remark stands between the rows'))
      closing = []
      if (all.length !== names.length) {
        rows.push(new BrokenRow(file, line, `the row has ${all.length} cells, the first row ${names.length}`))
        continue
      }
      const cells = inOrder(all, leading)
      count++
      const user = form.hasNames ? (cells[person]?.trim() ?? '') : `u${count}`
      const said = cells.slice(0, width).filter((_, field) => field !== person)
      let marks = 0
      for (let field = form.hasNames ? width : 0; field < cells.length; field++) {
        const cell = cells[field]?.trim() ?? ''
        const mark = markOf(cell)
        const name = names[field] ?? ''
        const isRole = hasRoles && !isMark(cell) && !isNoLevel(cell)
        const level = isRole || (hasLevels && !held.has(mark) && isLevel(cell)) ? `: ${cell}` : ''
        if (held.has(mark) || level !== '') {
          const pair = isTurned ? [name, `${user}${level}`] : [user, `${name}${level}`]
          rows.push(new TableRow(file, line, header, leading === undefined ? pair : [...pair, ...said]))
          marks++
        } else if (!notHeld.has(mark) && !((hasLevels || hasRoles) && isNoLevel(cell))) {
          rows.push(new BrokenRow(file, line, noMark(cells[field] ?? '', names[field] ?? '', hasLevels)))
        }
      }
      if (marks === 0 && !isTurned) {
        rows.push(new TableRow(file, line, header, leading === undefined ? [user, ''] : [user, '', ...said]))
      }
    }
    if (rows.length > 0) yield rows
  }
  if (closing.length > 0) yield closing.map(({ line }) => new ClosingRow(file, line))
}

function noMark(cell: string, column: string, hasLevels: boolean): string {
  const known = hasLevels ? 'levels such as Read and Write, or x and blanks' : '0 and 1, or x and blanks'
  return `"${cell}" in column "${column}" is no mark; a matrix holds ${known}`
}
