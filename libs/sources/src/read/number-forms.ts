import type { InputFile } from '../input-file.ts'
import { readXml } from './workbook-xml.ts'

/** How a cell shows its number: as a date by its style, or as an id that is padded by a format of zeros such as `00000`. */
export type NumberForm = 'number' | 'date' | { readonly digits: number }

/** Built-in formats of dates and times (ECMA-376 part 1, 18.8.30), with those of East Asian locales. */
const builtInDates = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)

/** The format of each cell style, by the style's number. */
export async function numberForms(styles: InputFile): Promise<NumberForm[]> {
  const codes = new Map<number, string>()
  const forms: NumberForm[] = []
  let isCellStyles = false
  await readXml(styles, {
    open: (name, attributes) => {
      if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
      if (name === 'cellXfs') isCellStyles = true
      if (name === 'xf' && isCellStyles) forms.push(formOf(Number(attributes.numFmtId), codes))
    },
    close: (name) => {
      if (name === 'cellXfs') isCellStyles = false
    },
  })
  return forms
}

function formOf(id: number, codes: ReadonlyMap<number, string>): NumberForm {
  const code = codes.get(id)
  if (code === undefined) return builtInDates(id) ? 'date' : 'number'
  if (/^0{2,}$/.test(code)) return { digits: code.length }
  const bare = code.replaceAll(/"[^"]*"|\\.|\[[^\]]*\]/g, '')
  return /[dmyhs]/i.test(bare) && !/general/i.test(bare) ? 'date' : 'number'
}

/** `45292` in the form that the spreadsheet shows: a date as `2024-01-01`, with its time if there is one. */
export function shownNumber(text: string, form: NumberForm, is1904: boolean): string {
  const number = Number(text)
  if (!Number.isFinite(number) || text.trim() === '') return text
  if (form === 'date') return dateText(number, is1904)
  const plain = Number.isInteger(number) && Math.abs(number) < 2 ** 53 ? String(number) : text
  return typeof form === 'object' && /^\d+$/.test(plain) ? plain.padStart(form.digits, '0') : plain
}

function dateText(serial: number, is1904: boolean): string {
  // The 1900 calendar has day 60, 29 February 1900, which did not exist.
  const days = is1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial
  const time = new Date(Math.round((days - 25_569) * 86_400) * 1000)
  if (Number.isNaN(time.getTime())) return String(serial)
  const text = time.toISOString()
  return Number.isInteger(serial) ? text.slice(0, 10) : `${text.slice(0, 19)}Z`
}
