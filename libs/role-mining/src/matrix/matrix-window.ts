import { type EntitlementDetails, entitlementsByKey, identityNamesByKey } from '@assay/directory'
import { invalidArgument, itemAt } from '@assay/errors'
import { type MatrixWindow, type WindowBits, windowBits } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import type { Matrix } from './matrix.ts'

/** A window as requested; 0 stands for the default. */
interface AskedWindow {
  readonly rowStart: number
  readonly rowCount: number
  readonly rowStep: number
  readonly columnStart: number
  readonly columnCount: number
}

const usualRows = 200
const usualColumns = 100
/** The most rows, and the most columns. */
const mostOfOne = 4_000
const mostCells = 1_000_000

/**
 * The part of a window that is inside the matrix.
 * @throws invalid_argument for negative numbers, and for too many rows, columns or cells
 */
export function windowWithin({ order: { rows, columns } }: Matrix, asked: AskedWindow): MatrixWindow {
  const names = {
    rowStart: 'row_start',
    rowCount: 'row_count',
    rowStep: 'row_step',
    columnStart: 'column_start',
    columnCount: 'column_count',
  } as const
  for (const [member, name] of Object.entries(names)) {
    const value = asked[member as keyof typeof names]
    if (value < 0) throw invalidArgument(name, `must not be negative; it is ${value}`)
    if (member.endsWith('Count') && value > mostOfOne)
      throw invalidArgument(name, `at most ${mostOfOne}, not ${value}; ask for several windows, or for every nth row`)
  }
  const rowStep = asked.rowStep || 1
  const left = Math.max(0, rows.length - asked.rowStart)
  const rowCount = Math.min(asked.rowCount || usualRows, Math.ceil(left / rowStep))
  const columnCount = Math.min(asked.columnCount || usualColumns, Math.max(0, columns.length - asked.columnStart))
  const cells = (asked.rowCount || usualRows) * (asked.columnCount || usualColumns)
  if (cells > mostCells)
    throw invalidArgument(
      'column_count',
      `${cells} cells; a window has at most ${mostCells}: ask for fewer rows or columns`,
    )
  return { rowStart: asked.rowStart, rowCount, rowStep, columnStart: asked.columnStart, columnCount }
}

/** The cells of a window, computed in steps, so that other requests continue in between. */
export async function cellsOfWindow(
  { snapshot }: LoadedSnapshot,
  { order }: Matrix,
  window: MatrixWindow,
  signal: AbortSignal,
): Promise<WindowBits> {
  const work = windowBits(snapshot, order, window)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await new Promise((resolve) => setImmediate(resolve))
    signal.throwIfAborted()
  }
}

/** The person of a row. */
export interface MatrixPerson {
  readonly id: string
  readonly displayName: string
}

/** The people of some rows, in their order. A person who was erased since the import has no name. */
export async function peopleOfRows(
  sql: TenantSql,
  { snapshot }: LoadedSnapshot,
  { order }: Matrix,
  rows: readonly number[],
): Promise<readonly MatrixPerson[]> {
  const keys = rows.map((row) => itemAt(snapshot.identityKey, itemAt(order.rows, row)))
  const names = await identityNamesByKey(sql, keys)
  return keys.map((key) => names.get(key) ?? { id: '', displayName: '' })
}

/** The entitlements of some columns, in their order. */
export async function entitlementsOfColumns(
  sql: TenantSql,
  { snapshot }: LoadedSnapshot,
  { order }: Matrix,
  columns: readonly number[],
): Promise<readonly (EntitlementDetails | undefined)[]> {
  const keys = columns.map((column) => itemAt(snapshot.entitlementKey, itemAt(order.columns, column)))
  const details = await entitlementsByKey(sql, keys)
  return keys.map((key) => details.get(key))
}

/** The rows of a window. */
export function rowsOf({ rowStart, rowCount, rowStep }: MatrixWindow): number[] {
  return Array.from({ length: rowCount }, (_, place) => rowStart + place * rowStep)
}

/** The columns of a window. */
export function columnsOf({ columnStart, columnCount }: MatrixWindow): number[] {
  return Array.from({ length: columnCount }, (_, place) => columnStart + place)
}
