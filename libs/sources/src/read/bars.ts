import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'
import type { RowReading } from './part.ts'

/**
 * The cells of a line of a list printed by SAP, ` 100   Z_FI_CLERK  `; undefined for rules, titles and blank lines.
 */
export function barCells(line: string): string[] | undefined {
  const text = line.trim()
  if (!text.startsWith('|') || !text.endsWith('|') || text.length < 3 || isRule(text)) return undefined
  return text
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}

/** A line between rows, `|---|---|`, or as the client of Snowflake draws it, `|---+---|`. */
function isRule(line: string): boolean {
  return /^\|[-|=:\s]*\|$/.test(line) || /^\|-[-+]*-\|$/.test(line)
}

/** A title of Markdown. */
export function isTitle(line: string): boolean {
  return /^#{1,6} /.test(line)
}

/**
 * The rows of a list with bars; the header may be repeated on every page.
 * @throws UnreadableFile when another list of an SQL client follows, whose rows would be taken for rows of this one
 */
export async function* barRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
  { synonyms }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  let header: Header | undefined
  let before = ''
  let isTop = false
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      const cells = barCells(text)
      const line = text.trim()
      // Clients draw a list with corners: the line below its upper edge has the names.
      if (line.startsWith('+-') && header !== undefined) isTop = !before.startsWith('|')
      else if (isTitle(line) && header !== undefined) isTop = true
      else if (line !== '') {
        if (isTop && cells !== undefined && String(cells) !== String(header?.names)) {
          throw new UnreadableFile(
            file.name,
            number,
            'another list begins here; print each list into a file of its own',
          )
        }
        isTop = false
      }
      before = line
      if (cells === undefined) {
        if (header !== undefined && line.startsWith('|') && !isRule(line) && !/^[|\-=:\s]*$/.test(line)) {
          rows.push(new BrokenRow(file.name, number, 'the line of the list is cut off; its last bar is missing'))
        }
        continue
      }
      if (header === undefined) header = new Header(file.name, number, cells, synonyms)
      else if (cells.length !== header.names.length) {
        const reason = `the row has ${cells.length} cells, the header ${header.names.length}; a cell may hold a bar`
        rows.push(new BrokenRow(file.name, number, reason))
      } else if (cells.some((cell, field) => cell !== header?.names[field])) {
        rows.push(new TableRow(file.name, number, header, cells))
      }
    }
    if (rows.length > 0) yield rows
  }
}
