import { type Faults, UnreadableFile } from '../faults.ts'
import { type Input, RowFault, type Rule } from '../map/map.ts'
import { BrokenRow, type Row } from '../row.ts'
import type { Source } from './source.ts'

/** One kind of records to make of the rows of a source. */
export interface RuleReading {
  readonly rule: Rule
  take(row: Row): void
}

/**
 * Reads the parts of a source that the rules need, once each, and gives every row to the rules of its input. A row at
 * fault is told and left out; a part that cannot be read further ends. Resumes the caller after each batch.
 */
export async function* readSource(
  { parts, map }: Source,
  readings: readonly RuleReading[],
  faults: Faults,
): AsyncGenerator<void, void, undefined> {
  for (const { part, inputs } of parts) {
    const wanted = wantedRows(inputs, readings)
    if (wanted.length === 0) continue
    const paths = wanted.map(({ path, tree }) => (tree === undefined ? { path } : { path, tree }))
    const hasShortRows = inputs.some((input) => input.hasShortRows)
    const isDocument = part.skeleton !== undefined
    try {
      for await (const rows of part.rows({ paths, synonyms: map.synonyms, hasShortRows })) {
        for (const row of rows) {
          if (row instanceof BrokenRow) {
            faults.add(row.part, row.at, '', row.reason)
            continue
          }
          for (const { path, readings: taking } of wanted) {
            if (isDocument && row.path !== path) continue
            for (const reading of taking) takeRow(row, reading, faults)
          }
        }
        yield
      }
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      faults.addFatal(error.fault)
    }
  }
}

/** The rules for the rows at each path: inputs may share rows, and a rule takes a row once. */
function wantedRows(
  inputs: readonly Input[],
  readings: readonly RuleReading[],
): { path: string; tree: Input['tree']; readings: RuleReading[] }[] {
  const paths = new Map<string, { path: string; tree: Input['tree']; readings: RuleReading[] }>()
  for (const { name, path, tree } of inputs) {
    const own = readings.filter(({ rule }) => rule.from.includes(name))
    if (own.length === 0) continue
    const before = paths.get(path)
    if (before === undefined) paths.set(path, { path, tree, readings: own })
    else before.readings.push(...own.filter((reading) => !before.readings.includes(reading)))
  }
  return [...paths.values()]
}

function takeRow(row: Row, { rule, take }: RuleReading, faults: Faults): void {
  try {
    if (!rule.where(row)) return
    for (const each of rule.each(row)) {
      try {
        take(each)
      } catch (error) {
        addFault(error, row, faults)
      }
    }
  } catch (error) {
    addFault(error, row, faults)
  }
}

function addFault(error: unknown, row: Row, faults: Faults): void {
  if (error instanceof RowFault) faults.add(row.part, row.at, error.column, error.message)
  else throw error
}
