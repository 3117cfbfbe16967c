import { zipBytes } from './testing-zip.ts'

/** A cell: a text, a number, or a number with the number of a cell style. */
type Cell = string | number | { readonly value: number; readonly style: number }

interface WorkbookOptions {
  /** Format codes of the cell styles from 1 on; style 0 is plain. */
  readonly forms?: readonly string[]
  readonly is1904?: boolean
}

/** A workbook as spreadsheets save it: shared texts, and dates as numbers with a style. */
export function workbookBytes(
  sheets: Readonly<Record<string, readonly (readonly Cell[])[]>>,
  { forms = [], is1904 = false }: WorkbookOptions = {},
): Buffer {
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
  const texts: string[] = []
  const files: Record<string, string> = {}
  const names = Object.keys(sheets)
  for (const [index, rows] of Object.values(sheets).entries()) {
    const lines = rows.map((cells, row) => {
      const xml = cells.map((cell, column) => cellXml(cell, `${letters(column)}${row + 1}`, texts)).join('')
      return `<row r="${row + 1}">${xml}</row>`
    })
    files[`xl/worksheets/sheet${index + 1}.xml`] = worksheet(lines.join(''))
  }
  const sheetList = names.map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
  const relations = names.map(
    (_, at) => `<Relationship Id="rId${at + 1}" Type="t" Target="worksheets/sheet${at + 1}.xml"/>`,
  )
  const codes = forms.map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${escaped(code)}"/>`)
  const styles = ['<xf numFmtId="0"/>', ...forms.map((_, at) => `<xf numFmtId="${164 + at}" applyNumberFormat="1"/>`)]
  return zipBytes({
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml': `<workbook ${main} xmlns:r="r"><workbookPr${is1904 ? ' date1904="1"' : ''}/><sheets>${sheetList.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${relations.join('')}</Relationships>`,
    'xl/styles.xml': `<styleSheet ${main}><numFmts>${codes.join('')}</numFmts><cellXfs>${styles.join('')}</cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `<sst ${main}>${texts.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('')}</sst>`,
    ...files,
  })

  function worksheet(rows: string): string {
    return `<worksheet ${main}><sheetData>${rows}</sheetData></worksheet>`
  }
}

function cellXml(cell: Cell, place: string, texts: string[]): string {
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`
  if (typeof cell === 'object') return `<c r="${place}" s="${cell.style}"><v>${cell.value}</v></c>`
  if (cell === '') return ''
  let index = texts.indexOf(cell)
  if (index < 0) index = texts.push(cell) - 1
  return `<c r="${place}" t="s"><v>${index}</v></c>`
}

function letters(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : letters(Math.floor(column / 26) - 1) + letters(column % 26)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
