import { archiveEntries } from '../bytes/zip.ts'
import { UnreadableFile } from '../faults.ts'
import { type InputFile, limitsOf, type ReadingOptions } from '../input-file.ts'
import { type NumberForm, numberForms } from './number-forms.ts'
import { readXml } from './workbook-xml.ts'

export interface Sheet {
  readonly name: string
  readonly file: InputFile
}

/** The data of a workbook that its sheets share: texts are stored once for all sheets, and dates are numbers with a style. */
export interface Workbook {
  readonly name: string
  readonly sheets: readonly Sheet[]
  readonly sharedTexts: readonly string[]
  readonly forms: readonly NumberForm[]
  readonly is1904: boolean
}

export async function openWorkbook(file: InputFile, options: ReadingOptions): Promise<Workbook> {
  const entries = new Map((await archiveEntries(file, options)).map((entry) => [inside(file, entry), entry]))
  const named = (path: string) => {
    const entry = entries.get(path)
    if (entry === undefined) throw new UnreadableFile(file.name, 0, `is a workbook without ${path}; save it again`)
    return entry
  }
  const targets = new Map<string, string>()
  await readXml(named('xl/_rels/workbook.xml.rels'), {
    open: (name, attributes) => {
      if (name === 'Relationship') targets.set(attributes.Id ?? '', attributes.Target ?? '')
    },
  })
  const sheets: Sheet[] = []
  let is1904 = false
  await readXml(named('xl/workbook.xml'), {
    open: (name, attributes) => {
      if (name === 'workbookPr') is1904 = attributes.date1904 === '1' || attributes.date1904 === 'true'
      if (name !== 'sheet') return
      const target = targets.get(attributes.id ?? '') ?? ''
      const entry = entries.get(target.startsWith('/') ? target.slice(1) : `xl/${target}`)
      // Chart sheets have no cells.
      if (entry !== undefined && !target.includes('chartsheets'))
        sheets.push({ name: attributes.name ?? '', file: entry })
    },
  })
  const shared = entries.get('xl/sharedStrings.xml')
  const styles = entries.get('xl/styles.xml')
  return {
    name: file.name,
    sheets,
    is1904,
    sharedTexts: shared === undefined ? [] : await sharedTexts(shared, limitsOf(options).sharedTextLength),
    forms: styles === undefined ? [] : await numberForms(styles),
  }
}

function inside(workbook: InputFile, entry: InputFile): string {
  return entry.name.slice(workbook.name.length + 1)
}

async function sharedTexts(file: InputFile, mostLength: number): Promise<string[]> {
  const texts: string[] = []
  let current = ''
  let length = 0
  let isText = false
  let isPhonetic = false
  await readXml(file, {
    open: (name) => {
      if (name === 'si') current = ''
      isText = name === 't' && !isPhonetic
      if (name === 'rPh') isPhonetic = true
    },
    text: (text) => {
      if (isText) current += text
    },
    close: (name) => {
      isText = false
      if (name === 'rPh') isPhonetic = false
      if (name !== 'si') return
      texts.push(current)
      length += current.length
      if (length > mostLength) {
        throw new UnreadableFile(file.name, 0, `holds more than ${mostLength} characters of text; save it as CSV`)
      }
    },
  })
  return texts
}
