import { ColumnDictionaries, TableRows } from '../read/table-rows.ts'
import { TableScanner } from '../read/table-scanner.ts'

/** The cells of the line of a stored grant, with the names of the members of its record. */
const grantColumns = [
  'form',
  'holder',
  'holderApplication',
  'application',
  'entitlement',
  'grantedAt',
  'lastUsedAt',
  'ends',
]

const columns = {
  named: grantColumns,
  find: (column: string) => grantColumns.indexOf(column),
  nameOf: (column: string) => column,
}

/** Stored grants as rows of a table; repeated ones need not be mapped again. */
export async function* storedGrantRows(
  part: string,
  path: string,
  lines: AsyncIterable<Uint8Array>,
): AsyncGenerator<TableRows, void, undefined> {
  const scanner = new TableScanner({
    delimiter: Buffer.from(','),
    skippedLines: 0,
    recordLength: Number.MAX_SAFE_INTEGER,
  })
  const dictionaries = new ColumnDictionaries()
  let records = new Int32Array(0)
  let before = 0
  const taken = () => {
    const { count } = scanner
    if (count > records.length) records = Int32Array.from({ length: count * 2 }, (_, record) => record)
    const first = before
    before += count
    const placed = { part, path, columns, atOf: (record: number) => first + record + 1 }
    return new TableRows(placed, scanner, records.subarray(0, count), dictionaries)
  }
  for await (const piece of lines) {
    scanner.push(piece)
    if (scanner.count > 0) yield taken()
  }
  scanner.end()
  if (scanner.failure !== undefined) throw new Error(`stored grants of ${part} are cut off`)
  if (scanner.count > 0) yield taken()
}
