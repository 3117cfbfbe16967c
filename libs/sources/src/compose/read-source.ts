import { type Faults, UnreadableFile } from '../faults.ts'
import { type Input, RowFault, type Rule } from '../map/map.ts'
import { CellMemo } from '../read/cell-memo.ts'
import { type CodedRow, CodedRows } from '../read/coded-rows.ts'
import { type CellRow, TableRows } from '../read/table-rows.ts'
import { BrokenRow, ClosingRow, type Row } from '../row.ts'
import { noRecord, type RecordChanges, RepeatedRows } from './repeated-rows.ts'
import type { Source, SourceBatch } from './source.ts'

/** One kind of records to make from the rows of a source. */
export type RuleReading = RowReading | RecordReading

export interface RowReading {
  readonly rule: Rule
  readonly changes?: undefined
  take(row: Row): void
  /** Takes a row that the rule uses as it is, if all its cells occurred before; false when it must go to `take`. */
  takeKnown?(rows: TableRows, index: number): boolean
  /** The same for a stored grant. */
  takeCoded?(rows: CodedRows, index: number): boolean
}

/** A reading of records that rows may repeat. */
interface RecordReading {
  readonly rule: Rule
  readonly changes: RecordChanges
  /**
   * Returns the ordinal of the row's record, so that equal rows can be skipped until that record changes; undefined when equal rows
   * must be taken again.
   */
  take(row: Row): number | undefined
}

/**
 * Reads the parts of a source that the rules need, once each, and passes every row to the rules of its input. A row with a fault is
 * reported and left out; reading a part ends at a fault that prevents further reading. Yields after each batch.
 */
export async function* readSource(
  { parts, map }: Source,
  readings: readonly RuleReading[],
  faults: Faults,
): AsyncGenerator<void, void, undefined> {
  for (const { part, inputs } of parts) {
    const wanted = wantedRows(inputs, readings)
    if (wanted.length === 0) continue
    const paths = wanted.map(({ path, tree, hasConnections }) => ({
      path,
      hasConnections,
      ...(tree !== undefined && { tree }),
    }))
    const hasShortRows = inputs.some((input) => input.hasShortRows)
    const takers = takersOf(wanted, part.skeleton !== undefined)
    try {
      for await (const rows of part.rows({ paths, synonyms: map.synonyms, hasShortRows })) {
        takeRows(rows, takers, faults)
        yield
      }
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      faults.addFatal(error.fault)
    }
  }
}

interface Taker {
  readonly reading: RuleReading
  /** For a document: the path of its rows. */
  readonly path: string | undefined
  readonly repeated: RepeatedRows | undefined
  /** Whether rows are taken as they are or left out, as far as their cells determine it. */
  readonly choices: CellMemo<'taken' | 'left'> | undefined
  /** Whether the rule takes stored grants of a form. */
  readonly takesForm: Map<number, boolean>
}

function takersOf(wanted: ReturnType<typeof wantedRows>, isDocument: boolean): Taker[] {
  return wanted.flatMap(({ path, readings }) =>
    readings.map((reading) => ({
      reading,
      path: isDocument ? path : undefined,
      repeated: reading.changes === undefined ? undefined : new RepeatedRows(reading.changes),
      choices: reading.changes === undefined && reading.takeKnown !== undefined ? new CellMemo() : undefined,
      takesForm: new Map(),
    })),
  )
}

function takeRows(rows: SourceBatch, takers: readonly Taker[], faults: Faults): void {
  if (rows instanceof TableRows) {
    takeTableRows(rows, takers, faults)
    return
  }
  if (rows instanceof CodedRows) {
    takeCodedRows(rows, takers, faults)
    return
  }
  for (const row of rows) {
    if (row instanceof BrokenRow) {
      faults.add(row.part, row.at, '', row.reason)
      continue
    }
    if (row instanceof ClosingRow) {
      faults.leaveOut(row.part, row.at, row.reason)
      continue
    }
    for (const { path, reading } of takers) {
      if (path === undefined || row.path === path) takeRow(row, reading, faults)
    }
  }
}

function takeTableRows(rows: TableRows, takers: readonly Taker[], faults: Faults): void {
  for (let index = 0; index < rows.length; index++) {
    if (rows.isBroken(index)) {
      const { part, at, reason } = rows.brokenRow(index)
      faults.add(part, at, '', reason)
      continue
    }
    let row: CellRow | undefined
    for (const { path, reading, repeated, choices } of takers) {
      if (path !== undefined && rows.placed.path !== path) continue
      if (repeated?.isKnown(rows, index)) continue
      const choice = choices?.find(rows, index)
      if (choice === 'left') continue
      if (choice === 'taken' && reading.changes === undefined && reading.takeKnown?.(rows, index)) continue
      row ??= rows.row(index)
      if (choices !== undefined && choice === undefined) chooseRow(row, reading.rule, choices)
      repeated?.watch(row)
      const record = takeRow(row, reading, faults)
      row.watch(undefined)
      if (record !== undefined) repeated?.remember(rows, index, record)
    }
  }
}

function takeCodedRows(rows: CodedRows, takers: readonly Taker[], faults: Faults): void {
  const own = takers.filter(({ path }) => path === undefined || path === rows.path)
  for (let index = 0; index < rows.length; index++) {
    const form = rows.formOf(index)
    let row: CodedRow | undefined
    for (const { reading, takesForm } of own) {
      let isTaken = takesForm.get(form)
      if (isTaken === undefined) {
        row ??= rows.row(index)
        isTaken = reading.rule.where(row)
        takesForm.set(form, isTaken)
      }
      if (!isTaken || (reading.changes === undefined && reading.takeCoded?.(rows, index))) continue
      row ??= rows.row(index)
      takeRow(row, reading, faults)
    }
  }
}

/** Caches whether the rule takes rows with these cells as they are. Rows that become several are evaluated each time. */
function chooseRow(row: CellRow, rule: Rule, choices: CellMemo<'taken' | 'left'>): void {
  choices.watch(row)
  let choice: 'taken' | 'left' | undefined
  try {
    const all = rule.where(row) ? rule.each(row) : undefined
    if (all === undefined) choice = 'left'
    else if (all.length === 1 && all[0] === row) choice = 'taken'
  } catch (error) {
    // The same fault occurs again when the row is taken.
    if (!(error instanceof RowFault)) throw error
  }
  row.watch(undefined)
  if (choice !== undefined) choices.remember(row.rows, row.index, choice)
}

interface Wanted {
  readonly path: string
  readonly tree: Input['tree']
  readonly hasConnections: boolean
  readonly readings: RuleReading[]
}

/** The rules for the rows at each path. Inputs may share rows, and a rule takes a row once. */
function wantedRows(inputs: readonly Input[], readings: readonly RuleReading[]): Wanted[] {
  const paths = new Map<string, Wanted>()
  for (const { name, path, tree, hasConnections } of inputs) {
    const own = readings.filter(({ rule }) => rule.from.includes(name))
    if (own.length === 0) continue
    const before = paths.get(path)
    if (before === undefined) paths.set(path, { path, tree, hasConnections, readings: own })
    else before.readings.push(...own.filter((reading) => !before.readings.includes(reading)))
  }
  return [...paths.values()]
}

/** Returns the ordinal of the row's record, `noRecord` for a row without a record, and undefined when the row must be taken again. */
function takeRow(row: Row, reading: RuleReading, faults: Faults): number | undefined {
  const { rule } = reading
  try {
    if (!rule.where(row)) return noRecord
    const all = rule.each(row)
    let record: number | undefined = all.length === 0 ? noRecord : undefined
    for (const each of all) {
      try {
        const taken = reading.take(each)
        if (all.length === 1 && typeof taken === 'number') record = taken
      } catch (error) {
        addFault(error, row, faults)
      }
    }
    return record
  } catch (error) {
    addFault(error, row, faults)
    return undefined
  }
}

function addFault(error: unknown, row: Row, faults: Faults): void {
  if (error instanceof RowFault) faults.add(row.part, row.at, error.column, error.message)
  else throw error
}
