import { decoded, type Encoding } from '../bytes/encoding.ts'
import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'
import { folded } from '../value.ts'
import type { Part } from './part.ts'
import { type SqlRow, SqlRows } from './sql-rows.ts'

const mostTables = 500
const mostColumns = 1_000

const fillsTable =
  /^\s*(INSERT\s+(IGNORE\s+|OR\s+\w+\s+)?INTO\s+[\w."`[\]]+\s*(\(|VALUES\b)|INSERT\s+\[|COPY\s+[^\s(]+\s*(\([^()]*\)\s*)?FROM\s+stdin;)/i
/** When the columns are on the next line, only upper case distinguishes it from a sentence. */
const fillsBelow = /^INSERT (IGNORE )?INTO [\w."`[\]]+\s*$/
const makesTable =
  /^\s*CREATE\s+((OR\s+REPLACE|GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|COLUMN)\s+)*TABLE\s+(IF\s+NOT\s+EXISTS\s+)?[\w."`[\]]+\s*(\(|$)/i
const isDump = /^(-- (MySQL|MariaDB) dump|-- PostgreSQL database dump|-- phpMyAdmin SQL Dump|PRAGMA foreign_keys)/i

/** Whether the lines belong to a script that fills tables, as dumps and administration tools write it. */
export function isInsertScript(lines: readonly string[]): boolean {
  return (
    lines.some((line) => [fillsTable, fillsBelow, makesTable].some((pattern) => pattern.test(line))) ||
    lines.slice(0, 3).some((line) => isDump.test(line))
  )
}

/** The tables that a script fills, as parts. It reads the whole script to find the tables and their columns. */
export async function insertParts(file: InputFile, encoding: Encoding, longest: number, look: string): Promise<Part[]> {
  const tables = new Map<string, { readonly name: string; columns: readonly string[] }>()
  for await (const rows of rowsOf(file, encoding, longest)) {
    for (const { table, columns } of rows) {
      const known = tables.get(table)
      if (known === undefined) tables.set(table, { name: table, columns })
      else if (known.columns !== columns) known.columns = withOthers(known.columns, columns)
      if (tables.size > mostTables) throw new UnreadableFile(file.name, 0, `fills more than ${mostTables} tables`)
    }
  }
  return [...tables.values()]
    .filter(({ columns }) => columns.length > 0 && columns.length <= mostColumns)
    .map(({ name, columns }) => ({
      name: `${file.name}[${name}]`,
      format: 'inserts',
      look,
      columns,
      rows: ({ synonyms }) =>
        tableRows(file, encoding, longest, { table: name, header: new Header(file.name, 1, columns, synonyms) }),
    }))
}

/** Adds the columns of a further statement, which may name others. With too many columns it is not a table. */
function withOthers(known: readonly string[], columns: readonly string[]): readonly string[] {
  if (known.length > mostColumns) return known
  const names = new Set(known.map(folded))
  const others = columns.filter((column) => !names.has(folded(column)))
  return others.length === 0 ? known : [...known, ...others]
}

async function* tableRows(
  file: InputFile,
  encoding: Encoding,
  longest: number,
  { table, header }: { readonly table: string; readonly header: Header },
): AsyncGenerator<readonly Row[], void, undefined> {
  const name = `${file.name}[${table}]`
  for await (const batch of rowsOf(file, encoding, longest)) {
    const rows: Row[] = []
    for (const row of batch) if (row.table === table) rows.push(rowOf(name, row, header))
    if (rows.length > 0) yield rows
  }
}

function rowOf(name: string, { columns, values, line }: SqlRow, header: Header): Row {
  if (values.length !== columns.length) {
    return new BrokenRow(name, line, `the row has ${values.length} values, the table ${columns.length} columns`)
  }
  // Statements for one table may name its columns in another order, or only some of them.
  const places = new Map(columns.map((column, place) => [folded(column), place]))
  const cells = header.names.map((column) => values[places.get(folded(column)) ?? -1])
  return new TableRow(name, line, header, cells)
}

async function* rowsOf(
  file: InputFile,
  encoding: Encoding,
  longest: number,
): AsyncGenerator<readonly SqlRow[], void, undefined> {
  const reader = new SqlRows(longest)
  for await (const text of decoded(file, encoding)) {
    reader.push(text)
    check()
    yield reader.take()
  }
  reader.end()
  check()
  yield reader.take()

  function check(): void {
    if (reader.failure !== undefined) throw new UnreadableFile(file.name, reader.failure.line, reader.failure.reason)
  }
}
