import { UnreadableFile } from '../faults.ts'
import { Header, type Synonyms } from '../header.ts'
import { type Row, TableRow } from '../row.ts'
import { isList, isMembers, listOf, type Members, textOf, type Value } from '../value.ts'
import type { NamedTable, Part, RowReading, Skeleton } from './part.ts'
import { TableRows } from './table-rows.ts'

const mostTables = 500
const mostColumns = 1_000

/** A record of a list that holds several tables: of which table it is, and its rows. */
type RowsOf = (record: Members) => { readonly table: string; readonly rows: readonly Members[] } | undefined

/** How the records at the top of a document hold tables; undefined where they do not. */
export function rowsInRecords(skeleton: Skeleton): RowsOf | undefined {
  const has = (...members: string[]) => members.every((member) => skeleton.get('')?.has(member))
  if (has('type', 'name', 'database', 'data')) return ofDatabase
  return has('model', 'pk', 'fields') ? ofModel : undefined
}

/** phpMyAdmin: `{"type": "table", "name": "users", "data": [{"id": "1"}]}` */
function ofDatabase({ type, name, data }: Members) {
  return textOf(type) === 'table' ? { table: textOf(name), rows: listOf(data).filter(isMembers) } : undefined
}

/** Django's dumpdata: `{"model": "auth.user", "pk": 1, "fields": {"username": "ana", "groups": [2]}}` */
function ofModel({ model, pk, fields }: Members) {
  if (!isMembers(fields)) return undefined
  // A list there holds the numbers of other records.
  const named = Object.entries(fields).map(([name, value]): [string, Value] => [
    isList(value) ? idsOf(name) : name,
    value,
  ])
  return { table: textOf(model), rows: [{ id: pk, ...Object.fromEntries(named) }] }
}

/** `user_permissions` are the ids of permissions. */
function idsOf(name: string): string {
  const plural = name.slice(name.lastIndexOf('_') + 1)
  return /s$/.test(plural) ? `${plural.slice(0, -1)}_ids` : name
}

/** The tables of such a document, which is read once for their names and columns. */
export async function tablesInRecords(part: Part, rowsOf: RowsOf): Promise<readonly NamedTable[]> {
  const found = new Map<string, Set<string>>()
  for await (const { table, rows } of recordsOf(part, rowsOf)) {
    let columns = found.get(table)
    if (columns === undefined) {
      if (found.size >= mostTables) throw new UnreadableFile(part.name, 0, `has more than ${mostTables} tables`)
      columns = new Set()
      found.set(table, columns)
    }
    for (const row of rows) for (const name of Object.keys(row)) if (columns.size < mostColumns) columns.add(name)
  }
  return [...found].map(([name, columns]) => ({
    name,
    path: '',
    columns: [...columns],
    rows: ({ synonyms }: RowReading) => tableRows(part, rowsOf, name, [...columns], synonyms),
  }))
}

async function* tableRows(
  part: Part,
  rowsOf: RowsOf,
  name: string,
  columns: readonly string[],
  synonyms: Synonyms,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(part.name, 1, columns, synonyms)
  for await (const { table, rows, at } of recordsOf(part, rowsOf)) {
    if (table !== name) continue
    yield rows.map(
      (row) =>
        new TableRow(
          part.name,
          at,
          header,
          columns.map((column) => cellOf(row[column])),
        ),
    )
  }
}

async function* recordsOf(part: Part, rowsOf: RowsOf) {
  for await (const batch of part.rows({ paths: [{ path: '' }], synonyms: {} })) {
    if (batch instanceof TableRows) continue
    for (const row of batch) {
      const record = Object.fromEntries(row.columns().map((column) => [column, row.get(column)]))
      const found = rowsOf(record)
      if (found !== undefined) yield { ...found, at: row.at }
    }
  }
}

/** The values of a list are lines, by which a cell with a list is split. */
function cellOf(value: Value): string {
  return listOf(value).map(textOf).join('\n')
}
