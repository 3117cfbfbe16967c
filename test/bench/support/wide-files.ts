import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { zipBytes } from '@assay/sources/testing'
import { blocks } from './access-files.ts'

const columns = [
  ...['user_id', 'display_name', 'email', 'department', 'job_title', 'manager_id', 'employment_type', 'location'],
  ...['application_id', 'entitlement_id', 'right_name', 'granted_at', 'last_used_at'],
]

/** The map of files with one row for each grant, with all data of the person and of the entitlement. */
export const wideMap = (format: 'delimited' | 'ndjson' | 'sheet') => `map: 1
name: wide
inputs: {rows: {format: ${format}, columns: [user_id, entitlement_id, application_id]}}
identities:
  - from: rows
    id: user_id
    display_name: display_name
    email: email
    department: department
    job_title: job_title
    employment_type: employment_type
    manager: {column: manager_id, match: id}
    attributes: {location: location}
    last: wins
entitlements:
  - {from: rows, application: application_id, id: entitlement_id, display_name: right_name, last: wins}
grants:
  - from: rows
    application: application_id
    holder: {column: user_id, match: id, among: identities}
    entitlement: entitlement_id
    granted_at: {column: granted_at, date: iso}
    last_used_at: {column: last_used_at, date: iso}
`

/** Joins the CSV files of an import into rows of all columns. */
async function* wideRows(folder: string, most = Number.POSITIVE_INFINITY): AsyncGenerator<string[], void, undefined> {
  const people = new Map((await rowsOf(folder, 'identities.csv')).map((cells) => [cells[0], cells]))
  const entitlements = new Map((await rowsOf(folder, 'entitlements.csv')).map((cells) => [cells[0], cells]))
  let count = 0
  for await (const line of createInterface({ input: createReadStream(join(folder, 'grants.csv')) })) {
    if (count++ === 0) continue
    if (count > most + 1) return
    const [user = '', entitlement = '', granted = '', used = ''] = line.split(',')
    const [, application = '', name = ''] = entitlements.get(entitlement) ?? []
    yield [...(people.get(user) ?? []), application, entitlement, name, granted, used]
  }
}

async function rowsOf(folder: string, name: string): Promise<string[][]> {
  const lines = (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n')
  return lines.slice(1).map((line) => line.split(','))
}

export async function writeWideFiles(from: string, csv: string, ndjson: string): Promise<void> {
  const write = (path: string, line: (cells: string[]) => string, header: string[]) =>
    pipeline(async function* () {
      let block = [...header]
      for await (const cells of wideRows(from)) {
        if (block.push(line(cells)) < 10_000) continue
        yield* blocks(block)
        block = []
      }
      yield* blocks(block)
    }, createWriteStream(path))
  await write(csv, (cells) => cells.join(','), [columns.join(',')])
  await write(ndjson, (cells) => JSON.stringify(Object.fromEntries(columns.map((name, at) => [name, cells[at]]))), [])
}

/** A workbook as spreadsheets save it: texts are shared, dates are numbers with a style. */
export async function writeWorkbook(from: string, path: string, rows: number): Promise<void> {
  const texts = new Map<string, number>()
  const shared = (text: string) => {
    let index = texts.get(text)
    if (index === undefined) {
      index = texts.size
      texts.set(text, index)
    }
    return `<c t="s"><v>${index}</v></c>`
  }
  const lines = [`<row r="1">${columns.map(shared).join('')}</row>`]
  for await (const cells of wideRows(from, rows)) {
    const dates = cells.slice(-2).map((day) => `<c s="1"><v>${Date.parse(day) / 86_400_000 + 25_569}</v></c>`)
    lines.push(`<row r="${lines.length + 1}">${cells.slice(0, -2).map(shared).join('')}${dates.join('')}</row>`)
  }
  const bytes = zipBytes({
    'xl/workbook.xml': '<workbook><sheets><sheet name="Access" sheetId="1" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    'xl/sharedStrings.xml': `<sst>${[...texts.keys()].map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${lines.join('')}</sheetData></worksheet>`,
  })
  await writeFile(path, bytes)
}
