import { decodedBytes, type Encoding } from '../bytes/encoding.ts'
import type { InputFile } from '../input-file.ts'
import { type DocumentRows, documentPlace } from './document.ts'
import { FlatRecords } from './flat-records.ts'
import { JsonReader, longestLine } from './json-reader.ts'
import type { RowBatch } from './part.ts'
import { ColumnDictionaries, TableRows } from './table-rows.ts'

/** One row for each of several records in a file. Flat records on single lines are cut without a parser. */
export async function* lineRows(
  file: InputFile,
  encoding: Encoding,
  rows: DocumentRows,
): AsyncGenerator<RowBatch, void, undefined> {
  const reader = new JsonReader(file.name, rows, true)
  const flat = new FlatRecords()
  const dictionaries = new NamedDictionaries()
  const order = Int32Array.from({ length: flat.first.length }, (_, record) => record)
  for await (const bytes of decodedBytes(file, encoding)) {
    flat.push(bytes)
    for (;;) {
      const count = reader.isAtRecord ? flat.scan() : 0
      if (count > 0) {
        if (rows.rows.length > 0) yield rows.rows
        rows.rows = []
        reader.pass(count)
        const before = rows.pass(count)
        const { columns, of } = dictionaries.named(flat.names)
        const placed = {
          part: file.name,
          path: '',
          columns,
          atOf: (record: number) => documentPlace(before + record + 1),
        }
        yield new TableRows(placed, flat, order.subarray(0, count), of)
        continue
      }
      const wasAtRecord = reader.isAtRecord
      const line = flat.takeLine()
      if (line === undefined) break
      reader.take(line)
      if (wasAtRecord && reader.isAtRecord) flat.learn(line)
    }
    if (flat.rest > longestLine) reader.take(flat.takeRest())
    if (rows.rows.length > 0) yield rows.rows
    rows.rows = []
  }
  reader.take(flat.takeRest())
  reader.end()
  if (rows.rows.length > 0) yield rows.rows
}

/** Columns by their names, with dictionaries that stay the same while records have the same names. */
class NamedDictionaries {
  #names: readonly string[] = []
  #found = { columns: columnsOf([]), of: new ColumnDictionaries() }

  named(names: readonly string[]) {
    if (names !== this.#names) {
      const isSame = names.length === this.#names.length && names.every((name, at) => name === this.#names[at])
      if (!isSame) this.#found = { columns: columnsOf(names), of: new ColumnDictionaries() }
      this.#names = names
    }
    return this.#found
  }
}

function columnsOf(named: readonly string[]) {
  const fields = new Map(named.map((name, field) => [name, field]))
  return { named, find: (column: string) => fields.get(column) ?? -1, nameOf: (column: string) => column }
}
