import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'
import type { RowReading } from './part.ts'

/** The minimum number of properties of a record; a letter or a message has fewer lines of this form. */
const leastProperties = 3

/** A line `Name    : value`. PowerShell aligns the colons of all records. */
function propertyAt(line: string, colon: number): readonly [name: string, value: string] | undefined {
  if (line[colon] !== ':' || line[colon - 1] !== ' ' || !/^[\p{L}_@]/u.test(line)) return undefined
  if ((line[colon + 1] ?? ' ') !== ' ') return undefined
  return [line.slice(0, colon).trim(), line.slice(colon + 2)]
}

/** A value that continues on the next line is indented behind the colon. A blank where a line ends belongs to the value. */
function isContinued(line: string, colon: number): boolean {
  return line.trim() !== '' && line.slice(0, colon + 2).trim() === ''
}

/**
 * The names in a list as `Format-List` of PowerShell prints it, a line for each property and a blank line between the records.
 * Undefined for other texts.
 */
export function propertyNames(lines: readonly string[]): readonly string[] | undefined {
  const filled = lines.filter((line) => line.trim() !== '')
  const colon = filled[0]?.indexOf(' : ') ?? -1
  if (colon < 0) return undefined
  const names = new Set<string>()
  for (const line of filled) {
    const [name] = propertyAt(line, colon + 1) ?? []
    if (name !== undefined) names.add(name)
    else if (!isContinued(line, colon + 1)) return undefined
  }
  return names.size >= leastProperties ? [...names] : undefined
}

/** The records of the list. */
export async function* propertyRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
  names: readonly string[],
  { synonyms }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, names, synonyms)
  let colon = -1
  let values: Map<string, string> | undefined
  let last = ''
  let begun = 0
  const ended = (): Row[] => {
    if (values === undefined) return []
    const record = values
    values = undefined
    const cells = header.names.map((name) => unbraced(record.get(name)?.trim() ?? ''))
    if (cells.some((cell) => /(\.\.\.|…)\}?$/.test(cell))) {
      return [new BrokenRow(file.name, begun, 'the list has cut a value off ("..."); export it as CSV')]
    }
    return [new TableRow(file.name, begun, header, cells)]
  }
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      if (text.trim() === '') {
        rows.push(...ended())
        continue
      }
      if (colon < 0) colon = text.indexOf(' : ') + 1
      const property = propertyAt(text, colon)
      if (property === undefined) {
        const before = values?.get(last)
        if (before === undefined || !isContinued(text, colon)) {
          rows.push(new BrokenRow(file.name, number, 'the line is no property, such as "Name : value"'))
        } else values?.set(last, `${before}${text.slice(colon + 2)}`)
        continue
      }
      const [name, value] = property
      // Records without a blank line between begin with the same name.
      if (values?.has(name)) rows.push(...ended())
      if (values === undefined) {
        values = new Map()
        begun = number
      }
      values.set(name, value)
      last = name
    }
    if (rows.length > 0) yield rows
  }
  const rows = ended()
  if (rows.length > 0) yield rows
}

/** A list is `{a, b}`. */
function unbraced(value: string): string {
  return value.startsWith('{') && value.endsWith('}') && !/^\{[\da-f-]{36}\}$/i.test(value) ? value.slice(1, -1) : value
}
