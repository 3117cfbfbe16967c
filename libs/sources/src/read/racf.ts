import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'

/** The first and last position of a field in its record, from 1. */
type Place = readonly [first: number, last: number]

/** The records of IRRDBU00, which unloads a RACF database, that are about access. */
const records: Readonly<Record<string, Readonly<Record<string, Place>>>> = {
  '0100': { group: [6, 13], superior: [15, 22], universal: [44, 51] },
  '0102': { group: [6, 13], user: [15, 22] },
  '0200': { user: [6, 13], special: [40, 43], operations: [45, 48], revoked: [50, 53], name: [75, 94] },
  '0203': { user: [6, 13], group: [15, 22] },
  '0205': { user: [6, 13], group: [15, 22], revoked: [94, 97] },
  '0404': { resource: [6, 49], holder: [58, 65], access: [67, 74] },
  '0505': { resource: [6, 251], class: [253, 260], holder: [262, 269], access: [271, 278] },
}

export const racfColumns = [
  ...['record', 'user', 'group', 'name', 'revoked', 'special', 'operations'],
  ...['holder', 'class', 'resource', 'access'],
]

const recordLine = /^0[1-5][0-9A-F]{2} \S/

/** Whether the lines are records of IRRDBU00, with blanks between their fields and at least one record of a kind that is read. */
export function isRacf(lines: readonly string[]): boolean {
  return lines.length > 0 && lines.every((line) => recordLine.test(line)) && lines.some(hasFields)
}

function hasFields(line: string): boolean {
  const places = Object.values(records[line.slice(0, 4)] ?? {})
  return places.length > 0 && places.every(([first]) => line.length >= first && line[first - 2] === ' ')
}

/** The revoked connections, `user group`. The records 0102 and 0203 also list them, but do not say that they are revoked. */
async function revokedConnections(file: InputFile, encoding: Encoding, longest: number): Promise<ReadonlySet<string>> {
  const revoked = new Set<string>()
  for await (const lines of linesOf(file.name, decoded(file, encoding), longest)) {
    for (const { text } of lines) {
      if (text.startsWith('0205 ') && /^yes$/i.test(fieldOf(text, 'revoked'))) revoked.add(connectionOf(text))
    }
  }
  return revoked
}

function connectionOf(text: string): string {
  return `${fieldOf(text, 'user')} ${fieldOf(text, 'group')}`
}

function fieldOf(text: string, column: string): string {
  const place = records[text.slice(0, 4)]?.[column]
  return place === undefined ? '' : text.slice(place[0] - 1, place[1]).trim()
}

/** A row for each record about access; other records are skipped. */
export async function* racfRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, racfColumns)
  const revoked = await revokedConnections(file, encoding, longestLine)
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      if (text.trim() === '') continue
      if (!recordLine.test(text)) {
        rows.push(new BrokenRow(file.name, number, 'the line is no record of IRRDBU00; unload the database again'))
        continue
      }
      const record = text.slice(0, 4)
      if (records[record] === undefined) continue
      const isRevoked = (record === '0102' || record === '0203') && revoked.has(connectionOf(text))
      const cell = (column: string) => {
        if (column === 'record') return record
        return column === 'revoked' && isRevoked ? 'YES' : fieldOf(text, column)
      }
      rows.push(new TableRow(file.name, number, header, racfColumns.map(cell)))
    }
    if (rows.length > 0) yield rows
  }
}
