import { SourceRecords } from '../compose/read-records.ts'
import { type Fault, Faults, UnreadableFile } from '../faults.ts'
import type { InputFile, ReadingOptions } from '../input-file.ts'
import type { AccessMap } from '../map/map.ts'
import type { Part, RowBatch } from '../read/part.ts'
import { TableRows } from '../read/table-rows.ts'
import { type Recognised, recogniseFiles } from '../recognise/recognise-files.ts'
import { BrokenRow, ClosingRow, type Row } from '../row.ts'
import { namesSecret } from '../secret-columns.ts'
import { isList, isMembers, listOf, textOf, type Value } from '../value.ts'
import { recordsOf } from './first-map.ts'

interface PreviewedColumn {
  readonly name: string
  /** The first three different values. */
  readonly values: readonly string[]
  /** The number of examined rows with a value. */
  readonly filled: number
}

interface PreviewedPart {
  readonly part: Part
  /** The map that takes it; empty when no map does. */
  readonly map: string
  /** The inputs of the map that it fits. */
  readonly inputs: readonly string[]
  /** The nearest maps, and the columns that they also need; empty when a map takes it. */
  readonly nearest: readonly { readonly map: string; readonly missing: readonly string[] }[]
  readonly columns: readonly PreviewedColumn[]
  readonly columnCount: number
  /** The first rows, with a cell for each column. */
  readonly rows: readonly (readonly string[])[]
  /** The number of examined rows. */
  readonly rowCount: number
}

interface PreviewedRecords {
  readonly kind: 'people' | 'accounts' | 'entitlements' | 'grants'
  readonly count: number
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The result that a load of the files would have. */
export interface Preview {
  readonly parts: readonly PreviewedPart[]
  readonly others: readonly { readonly name: string; readonly look: string }[]
  /** The first ten of each kind; kinds without records are left out. */
  readonly records: readonly PreviewedRecords[]
  readonly faults: readonly Fault[]
  readonly faultCount: number
}

const rowsLookedAt = 200
const rowsShown = 5
const columnsShown = 200
const recordsShown = 10
const mostCellLength = 80
/** Hidden in addition to the names that are never read: for people these are qualifications, for other things often secrets. */
const credentials = /credentials?$/i
const hidden = '…'

/** Reads the files like a load would, and returns the first rows and records. */
export async function previewFiles(
  files: readonly InputFile[],
  maps: readonly AccessMap[],
  options: ReadingOptions & { readonly split?: string },
): Promise<Preview> {
  const recognised = await recogniseFiles(files, maps, options)
  const faults = new Faults()
  for (const fault of recognised.faults) faults.addFatal(fault)
  const parts: PreviewedPart[] = []
  for (const part of recognised.parts) parts.push(await previewedPart(part, recognised, faults))
  const kept = new KeptRecords()
  for (const source of recognised.sources) {
    const { split } = options
    const records = new SourceRecords(source, { faults, ...(split !== undefined && { split }) })
    try {
      await records.read()
      for (const { id, fields, attributes, manager } of records.people) {
        kept.add('people', { id, ...fields, ...(manager !== '' && { manager }), ...attributes })
      }
      for (const { application, id, identity, fields } of records.accounts) {
        kept.add('accounts', { application, id, ...(identity !== '' && { identity }), ...fields })
      }
      for (const { application, id, fields } of records.entitlements) {
        kept.add('entitlements', { application, id, ...fields })
      }
      for await (const batch of records.grants()) {
        for (const { holder, application, entitlement, grantedAt, lastUsedAt } of batch) {
          const dates = { ...(grantedAt && { granted_at: grantedAt }), ...(lastUsedAt && { last_used_at: lastUsedAt }) }
          kept.add('grants', { holder, application, entitlement, ...dates })
        }
      }
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      faults.addFatal(error.fault)
    }
  }
  return {
    parts,
    others: recognised.others,
    records: kept.shown(),
    faults: faults.first,
    faultCount: faults.count,
  }
}

async function previewedPart(part: Part, { sources, unmapped }: Recognised, faults: Faults): Promise<PreviewedPart> {
  const source = sources.find(({ parts }) => parts.some((one) => one.part === part))
  const taken = source?.parts.find((one) => one.part === part)
  const nearest = unmapped.find((one) => one.part === part)?.nearest ?? []
  const { path, columns: all } = recordsOf(part)
  const names = all.slice(0, columnsShown)
  const values = names.map(() => new Set<string>())
  const filled = names.map(() => 0)
  const rows: string[][] = []
  let rowCount = 0
  try {
    for await (const row of firstRows(part, path)) {
      const cells = names.map((name) => cellOf(row.get(name), name))
      for (const [at, cell] of cells.entries()) {
        if (cell === '') continue
        filled[at] = (filled[at] ?? 0) + 1
        if ((values[at]?.size ?? 3) < 3) values[at]?.add(cell)
      }
      if (rows.length < rowsShown) rows.push(cells)
      rowCount++
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    faults.addFatal(error.fault)
  }
  return {
    part,
    map: source?.map.name ?? '',
    inputs: taken?.inputs.map(({ name }) => name) ?? [],
    nearest: nearest.map(({ map, missing }) => ({ map, missing })),
    columns: names.map((name, at) => ({ name, values: [...(values[at] ?? [])], filled: filled[at] ?? 0 })),
    columnCount: all.length,
    rows,
    rowCount,
  }
}

async function* firstRows(part: Part, path: string): AsyncGenerator<Row, void, undefined> {
  let left = rowsLookedAt
  for await (const batch of part.rows({ paths: [{ path }], synonyms: {}, hasShortRows: true })) {
    for (const row of rowsOf(batch)) {
      if (row instanceof BrokenRow || row instanceof ClosingRow) continue
      yield row
      if (--left === 0) return
    }
  }
}

function* rowsOf(batch: RowBatch): Generator<Row, void, undefined> {
  if (!(batch instanceof TableRows)) yield* batch
  else for (let index = 0; index < batch.length; index++) if (!batch.isBroken(index)) yield batch.row(index)
}

/** Values with such a name are hidden, since other people may see a preview. */
function isHidden(name: string): boolean {
  return namesSecret(name) || credentials.test(name)
}

/** A member of an object for display; outputs of Terraform declare themselves as sensitive. */
function shownMember(name: string, value: Value): Value {
  const isSecret = isHidden(name) || (isMembers(value) && textOf(value.sensitive) === 'true')
  return isSecret ? hidden : value
}

function cellOf(value: Value | object, name = ''): string {
  if (isHidden(name)) return listOf(value as Value).length === 0 ? '' : hidden
  const text = isList(value as Value)
    ? (value as readonly Value[]).map((one) => textOf(one)).join('; ')
    : typeof value === 'object'
      ? JSON.stringify(value, shownMember)
      : textOf(value)
  return text.length > mostCellLength ? `${text.slice(0, mostCellLength - 1).toWellFormed()}…` : text.toWellFormed()
}

/** Collects the first records of each kind, in columns. */
class KeptRecords {
  readonly #kinds = new Map<PreviewedRecords['kind'], { count: number; first: Readonly<Record<string, unknown>>[] }>()

  add(kind: PreviewedRecords['kind'], record: Readonly<Record<string, unknown>>): void {
    const kept = this.#kinds.get(kind) ?? { count: 0, first: [] }
    this.#kinds.set(kind, kept)
    kept.count++
    if (kept.first.length < recordsShown) kept.first.push(record)
  }

  shown(): PreviewedRecords[] {
    return [...this.#kinds].map(([kind, { count, first }]) => {
      const columns = [...new Set(first.flatMap(Object.keys))].slice(0, columnsShown)
      const rows = first.map((record) => columns.map((column) => cellOf(record[column] as Value, column)))
      return { kind, count, columns, rows }
    })
  }
}
