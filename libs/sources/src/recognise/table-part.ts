import type { Encoding } from '../bytes/encoding.ts'
import type { InputFile } from '../input-file.ts'
import { barRows } from '../read/bars.ts'
import { delimitedRows } from '../read/delimited.ts'
import { matrixColumns, matrixRows } from '../read/matrix.ts'
import type { Part } from '../read/part.ts'
import { propertyRows } from '../read/property-lists.ts'
import { ruledRows } from '../read/ruled.ts'
import { delimiterNames, type TableLook } from './text-look.ts'

export function tablePart(
  file: InputFile,
  encoding: Encoding,
  look: TableLook,
  recordLength: number,
  said: (words: string) => string,
): Part {
  const {
    delimiter,
    skippedLines,
    titleLines = 0,
    hasNames,
    columns,
    leading,
    isTurned = false,
    hasLevels = false,
    hasRoles = false,
  } = look
  const turned = { isTurned, hasLevels, hasRoles }
  const led = leading === undefined ? {} : { leading }
  const { name } = file
  const form = { encoding, delimiter, skippedLines, recordLength }
  const below = titleLines === 0 ? '' : ` below ${titleLines} ${titleLines === 1 ? 'line' : 'lines'} of titles`
  const by = `separated by ${delimiterNames[delimiter] ?? JSON.stringify(delimiter)}${below}`
  const table: Part = {
    name,
    format: 'delimited',
    look: said(`a table ${by}`),
    columns,
    rows: (reading) => delimitedRows(file, form, reading),
  }
  switch (look.form) {
    case 'bars':
      return {
        name,
        format: 'bars',
        look: said('a printed list with bars'),
        columns,
        rows: (reading) => barRows(file, encoding, recordLength, reading),
      }
    case 'ruled':
      return {
        name,
        format: 'ruled',
        look: said('a printed list with dashes under its names'),
        columns,
        rows: (reading) => ruledRows(file, encoding, recordLength, reading),
      }
    case 'aligned':
      return {
        name,
        format: 'ruled',
        look: said('a printed list with its values below the names'),
        columns,
        rows: (reading) => ruledRows(file, encoding, recordLength, reading, true),
      }
    case 'properties':
      return {
        name,
        format: 'ruled',
        look: said('a printed list with a line for each property'),
        columns,
        rows: (reading) => propertyRows(file, encoding, recordLength, columns, reading),
      }
    case 'matrix':
      return {
        name,
        format: 'matrix',
        look: said(
          `a matrix of ${hasRoles ? 'roles' : hasLevels ? 'levels' : 'marks'} ${by}${isTurned ? ', whose columns are people' : ''}`,
        ),
        columns: matrixColumns(look),
        ...(leading?.order !== undefined && { otherwise: table }),
        rows: ({ synonyms }) => matrixRows(file, { ...form, hasNames, ...turned, ...led }, synonyms),
      }
    case 'delimited':
      return table
  }
}
