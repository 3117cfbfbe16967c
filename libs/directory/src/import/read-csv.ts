import { isSecretName, leftOutSecret } from '@assay/errors'
import { CsvScanner } from '../csv/csv-scanner.ts'
import { derivedHeader, managersKey, tenureKey } from './derived-header.ts'
import { type Faults, shown } from './faults.ts'
import { type CsvFileName, csvForms, type FileForm } from './file-forms.ts'
import { listHeader } from './list-header.ts'
import type { Loading } from './loading.ts'

/** The positions of the columns of a file. */
export interface Columns {
  readonly count: number
  /** The index of the column's field; -1 when the file does not have that column. */
  of(name: string): number
  /** Columns that are custom attributes, in the order of the file. */
  readonly attributes: readonly AttributeField[]
  /** Whether all managers above a person become an attribute. */
  readonly hasManagerChains: boolean
}

interface AttributeField {
  readonly name: string
  readonly field: number
  /** For an attribute that its column declares as a list: the sign between two values. */
  readonly separator?: string
  /** Whether a cell contains one path, whose values are the path and all its ancestors. */
  readonly isPath?: boolean
  /** The column of dates from which the attribute is computed: the time since the date. */
  readonly tenureOf?: string
}

/** Small enough that the server gets its next rows before it has used up the previous ones. */
const sliceBytes = 64 * 1024

/** The limit for the columns of a header; more are a fault. */
const mostColumns = 1_000

/** Attributes that Assay makes itself from columns with other names. */
const reservedAttributes = ['manager', 'directory_status']

/**
 * Reads a file of the CSV set. Faults of the file go to `faults` and are not thrown.
 *
 * @param begin called once, with the header; the function that it returns is called for each row with as many fields as the header
 * @param flush called after each slice of input
 */
export async function readCsv(
  loading: Loading,
  name: CsvFileName,
  begin: (columns: Columns) => (row: CsvScanner) => void,
  flush?: () => Promise<void>,
): Promise<void> {
  const { faults } = loading
  const afterSlice = loading.slices(name, flush)
  let columns: Columns | undefined
  let isHeaderAtFault = false
  const scanner = new CsvScanner({
    onFault: ({ line, column, reason }) => {
      if (columns === undefined) isHeaderAtFault = true
      faults.add(name, line, column, reason)
    },
    maxFields: mostColumns,
  })
  // Leaving out rows does not solve a fault of the header.
  const withoutHeader = () => {
    faults.isFatal = true
  }
  let onRow: (row: CsvScanner) => void = () => {}
  let bytesRead = 0
  const takeRows = () => {
    if (columns === undefined) {
      const hasRow = scanner.next()
      // When the header cannot be read, the next row is not a header.
      if (isHeaderAtFault) return false
      if (!hasRow) return true
      columns = readHeader(name, scanner, faults)
      if (columns === undefined) return false
      onRow = begin(columns)
    }
    const { count } = columns
    while (scanner.next()) {
      if (scanner.fieldCount === count) onRow(scanner)
      else addWidthFault(name, scanner, count, faults)
    }
    return true
  }
  for await (const piece of loading.content(name)) {
    for (let at = 0; at < piece.length; at += sliceBytes) {
      const slice = piece.subarray(at, at + sliceBytes)
      scanner.push(slice)
      bytesRead += slice.length
      if (!takeRows()) return withoutHeader()
      await afterSlice(bytesRead)
      if (scanner.stopped) break
    }
    if (scanner.stopped) break
  }
  scanner.finish()
  if (!takeRows()) return withoutHeader()
  if (columns === undefined && !scanner.stopped) {
    faults.addFatal(name, 1, 1, 'the file is empty; its first row names the columns')
  }
  // After a quote that is never closed the rest of the file is not read, and leaving out one row does not solve that.
  if (scanner.stopped || columns === undefined) faults.isFatal = true
  await afterSlice(bytesRead)
}

function readHeader(file: CsvFileName, row: CsvScanner, faults: Faults): Columns | undefined {
  const form: FileForm = csvForms[file]
  const known = [...form.required, ...form.optional]
  const places = new Map<string, number>()
  const attributes: AttributeField[] = []
  let hasManagerChains = false
  const before = faults.count
  let tolerated = 0
  const refuse = (field: number, reason: string) => {
    const { line, column } = row.locate(field)
    faults.addFatal(file, line, column, reason)
  }
  for (let field = 0; field < row.fieldCount; field++) {
    const column = row.text(field).trim()
    const derived = form.takesAttributes ? derivedHeader(column) : undefined
    const list = form.takesAttributes && derived === undefined ? listHeader(column) : undefined
    const name = derived?.name ?? list?.name ?? column
    const made = derived?.makes === 'managers' ? managersKey : derived && tenureKey(derived.name)
    if (name === '') refuse(field, 'a column without a name')
    else if (places.has(name)) refuse(field, `the column ${shown(name)} occurs a second time`)
    else if (form.takesAttributes && reservedAttributes.includes(name)) {
      refuse(field, `the column ${shown(name)} has the name of an attribute that Assay makes itself; rename it`)
    } else if (made !== undefined && places.has(made)) {
      refuse(field, `the column ${shown(column)} makes an attribute ${shown(made)}, and there is a column of this name`)
    } else if (derived?.makes === 'tenure' && known.includes(name)) {
      refuse(field, `the column ${shown(name)} holds no dates, so it has no tenure; leave out the brackets`)
    } else if (list !== undefined && known.includes(name)) {
      refuse(
        field,
        `the column ${shown(name)} has one value for each identity, so it cannot be a list; leave out the brackets`,
      )
    } else if (list !== undefined && list.separator === undefined) {
      const proposal = `${name}[;]`
      refuse(
        field,
        `the brackets of ${shown(column)} must contain the sign between two values of a cell, such as ; or |, as in ${shown(proposal)}`,
      )
    } else if (!known.includes(name)) {
      if (form.takesAttributes && isSecretName(name)) {
        const { line, column } = row.locate(field)
        faults.addTolerated(file, line, column, leftOutSecret(shown(name)))
        tolerated++
      } else if (derived !== undefined)
        attributes.push({ name, field }, { name: tenureKey(name), field, tenureOf: name })
      else if (list?.separator !== undefined)
        attributes.push({ name, field, separator: list.separator, isPath: list.isPath === true })
      else if (form.takesAttributes) attributes.push({ name, field })
      else refuse(field, `the column ${shown(name)} is unknown; the columns are ${known.join(', ')}`)
    }
    places.set(name, field)
    if (made !== undefined) places.set(made, field)
    if (derived?.makes === 'managers') hasManagerChains = true
  }
  for (const name of form.required) {
    if (!places.has(name)) faults.addFatal(file, row.line, 1, `the column "${name}" is missing`)
  }
  if (faults.count > before + tolerated) return undefined
  return { count: row.fieldCount, of: (name) => places.get(name) ?? -1, attributes, hasManagerChains }
}

function addWidthFault(file: CsvFileName, row: CsvScanner, expected: number, faults: Faults): void {
  const has = row.fieldCount
  faults.addCell(file, row, Math.min(has, expected) - 1, () => `the row has ${has} fields, the header ${expected}`)
}
