import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'

export const pairLine = /^\s*(\d{1,18})\s+(\d{1,18})\s*$/
const columns = ['user', 'entitlement']

/** Two integers on each line, identity and entitlement; leading zeros are removed, as in the pair file of an import. */
export async function* pairRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, columns)
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      if (text.trim() === '') continue
      const pair = pairLine.exec(text)
      if (pair === null) {
        rows.push(new BrokenRow(file.name, number, 'the line is no pair of whole numbers, as those before are'))
        continue
      }
      const cells = [withoutZeros(pair[1] ?? ''), withoutZeros(pair[2] ?? '')]
      rows.push(new TableRow(file.name, number, header, cells))
    }
    if (rows.length > 0) yield rows
  }
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '')
}

/** RMPlib: lines of `#`, then on each line a user and the permissions of that user, separated by tabs or blanks. */
export async function* rmpRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, columns)
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      if (text.startsWith('#') || text.trim() === '') continue
      const [user = '', ...permissions] = text.trim().split(/\s+/)
      for (const permission of permissions) rows.push(new TableRow(file.name, number, header, [user, permission]))
    }
    if (rows.length > 0) yield rows
  }
}
