import { decoded, encodingNamed, encodingOf } from '../bytes/encoding.ts'
import { headBytes } from '../bytes/head.ts'
import { type UnpackedFile, unpackedFiles } from '../bytes/unpack.ts'
import { type Fault, UnreadableFile } from '../faults.ts'
import { type InputFile, limitsOf, type ReadingOptions } from '../input-file.ts'
import { accountColumns, accountRows } from '../read/account-lines.ts'
import { connectorRows, connectorSkeleton, isConnectorFile } from '../read/c1z.ts'
import { casbinColumns, casbinRows } from '../read/casbin.ts'
import { closesTable } from '../read/closing-rows.ts'
import { enclosedReport } from '../read/enclosed-report.ts'
import { fileRightsColumns, fileRightsRows } from '../read/file-rights.ts'
import { grantColumns, grantRows } from '../read/grant-statements.ts'
import { jsonRows, jsonShape } from '../read/json.ts'
import { hasComments } from '../read/json-comments.ts'
import { ldifRows } from '../read/ldif.ts'
import { matrixColumns, rowsOfMatrix } from '../read/matrix.ts'
import { pairRows, rmpRows } from '../read/pairs.ts'
import { openParquet, type ParquetFile, parquetMagic, parquetRows } from '../read/parquet.ts'
import type { Part, RowReading } from '../read/part.ts'
import { printedForms, printedRows } from '../read/printed-lines.ts'
import { racfColumns, racfRows } from '../read/racf.ts'
import {
  headerIndex,
  partName,
  rowsToHeader,
  type SheetRow,
  sheetRecords,
  sheetRows,
  sheetTableRows,
} from '../read/sheet.ts'
import { isShellJson } from '../read/shell-json.ts'
import { insertParts } from '../read/sql-inserts.ts'
import { type Database, openDatabase, sqliteMagic, sqliteRows } from '../read/sqlite.ts'
import { sudoersColumns, sudoersRows } from '../read/sudoers.ts'
import { rowsInRecords, tablesInRecords } from '../read/tables-in-records.ts'
import { asStateOfModules, isStateOfModules } from '../read/terraform-modules.ts'
import { asTerraformState, isTerraformShow } from '../read/terraform-show.ts'
import { tomlDocument, tomlRows, tomlShape } from '../read/toml.ts'
import { type WindowsForm, windowsColumns, windowsRows } from '../read/windows-lists.ts'
import { openWorkbook, type Sheet, type Workbook } from '../read/workbook.ts'
import { xmlRows, xmlShape } from '../read/xml.ts'
import { yamlDocuments, yamlRows, yamlShape } from '../read/yaml.ts'
import type { Value } from '../value.ts'
import { isList, isMembers } from '../value.ts'
import { binaryLook } from './binary-look.ts'
import { sheetMatrix } from './matrix-look.ts'
import { tablePart } from './table-part.ts'
import { type TextLook, textLook } from './text-look.ts'

/** The rows of a sheet that are examined to detect a matrix: its first people may have no marks. */
const rowsOfMatrices = 500

const windowsLooks: Readonly<Record<WindowsForm, string>> = {
  net: 'members of groups of Windows',
  user: 'accounts of Windows with their groups',
  whoami: 'users of Windows with their groups',
  icacls: 'rights on folders of Windows',
}

/** The content of a file: a part with rows, something without rows, or a file that cannot be read. */
type Found =
  | { readonly kind: 'part'; readonly part: Part }
  | { readonly kind: 'other'; readonly name: string; readonly look: string }
  | { readonly kind: 'unreadable'; readonly fault: Fault }

/** Opens a file, also a packed one, and recognises its parts by content. */
export async function* partsOf(file: InputFile, options: ReadingOptions): AsyncGenerator<Found, void, undefined> {
  try {
    for await (const unpacked of unpackedFiles(file, options)) {
      try {
        yield* partsOfUnpacked(unpacked, options)
      } catch (error) {
        yield unreadable(error)
      }
    }
  } catch (error) {
    yield unreadable(error)
  }
}

function unreadable(error: unknown): Found {
  if (error instanceof UnreadableFile) return { kind: 'unreadable', fault: error.fault }
  throw error
}

async function* partsOfUnpacked(file: UnpackedFile, options: ReadingOptions): AsyncGenerator<Found, void, undefined> {
  if (file.isWorkbook) {
    const workbook = await openWorkbook(file, options)
    for (const sheet of workbook.sheets) yield await sheetFound(workbook, sheet)
    return
  }
  if (file.head.length === 0) {
    yield { kind: 'other', name: file.name, look: 'an empty file' }
    return
  }
  const magic = Buffer.from(file.head.subarray(0, 16)).toString('latin1')
  if (magic === sqliteMagic) {
    yield* databaseParts(await openDatabase(file, options))
    return
  }
  if (magic.startsWith(parquetMagic)) {
    yield parquetFound(await openParquet(file, options))
    return
  }
  const binary = binaryLook(file.head)
  if (binary !== undefined) yield { kind: 'other', name: file.name, look: binary }
  else yield* await textFound(file, options)
}

function parquetFound(file: ParquetFile): Found {
  const { name, columns } = file
  const rows = (reading: RowReading) => parquetRows(file, reading)
  return { kind: 'part', part: { name, format: 'parquet', look: 'a Parquet file', columns, rows } }
}

function* databaseParts(database: Database): Generator<Found, void, undefined> {
  const { name, tables } = database
  if (isConnectorFile(database)) {
    const look = 'a .c1z file of a connector'
    const rows = (reading: RowReading) => connectorRows(database, reading)
    yield { kind: 'part', part: { name, format: 'c1z', look, skeleton: connectorSkeleton, rows } }
    return
  }
  if (tables.length === 0) yield { kind: 'other', name, look: 'an SQLite database without tables' }
  for (const table of tables) {
    yield {
      kind: 'part',
      part: {
        name: `${name}[${table.name}]`,
        format: 'sqlite',
        look: 'a table of an SQLite database',
        columns: table.columns,
        rows: (reading) => sqliteRows(database, table, reading),
      },
    }
  }
}

async function sheetFound(workbook: Workbook, sheet: Sheet): Promise<Found> {
  const name = partName(workbook, sheet)
  const first: SheetRow[] = []
  for await (const rows of sheetRows(workbook, sheet)) {
    first.push(...rows)
    if (first.length >= rowsOfMatrices) break
  }
  const header = first[headerIndex(first.slice(0, rowsToHeader))]
  if (header === undefined) {
    return { kind: 'other', name, look: first.length === 0 ? 'an empty sheet' : 'a sheet without a table' }
  }
  const columns = header.cells.map((cell) => cell.trim())
  const below = first.slice(first.indexOf(header) + 1).filter(({ cells }) => !closesTable(cells, columns.length))
  const matrix = sheetMatrix(columns, below)
  const table: Part = {
    name,
    format: 'sheet',
    look: 'a sheet of a workbook',
    columns,
    rows: (reading) => sheetTableRows(workbook, sheet, header.number, reading),
  }
  if (matrix !== undefined) {
    return {
      kind: 'part',
      part: {
        name,
        format: 'matrix',
        look: `a matrix of ${matrix.hasRoles === true ? 'roles' : matrix.hasLevels === true ? 'levels' : 'marks'} in a sheet of a workbook${matrix.isTurned ? ', whose columns are people' : ''}`,
        columns: matrixColumns(matrix),
        ...(matrix.leading?.order !== undefined && { otherwise: table }),
        rows: ({ synonyms }) => {
          const records = sheetRecords(workbook, sheet, header.number, columns.length)
          return rowsOfMatrix(name, records, { ...matrix, hasNames: true }, synonyms)
        },
      },
    }
  }
  return { kind: 'part', part: table }
}

async function textFound(file: UnpackedFile, options: ReadingOptions): Promise<readonly Found[]> {
  const { recordLength, documentBytes } = limitsOf(options)
  const { name } = file
  const encoding = options.encoding === undefined ? await encodingOf(file) : encodingNamed(file.name, options.encoding)
  const text = await beginningOf(file, encoding.label)
  const look = textLook(name, text, text.length < headBytes, options.delimiter, options.users)
  const said = (words: string) => (encoding.remark === '' ? words : `${words}, ${encoding.remark}`)
  const part = (
    format: Part['format'],
    words: string,
    rest: Omit<Part, 'name' | 'format' | 'look'>,
  ): { kind: 'part'; part: Part }[] => [{ kind: 'part', part: { name, format, look: said(words), ...rest } }]
  switch (look.kind) {
    case 'prose':
      return [{ kind: 'other', name, look: said(look.words) }]
    case 'json':
    case 'ndjson': {
      const form = { isMany: look.kind === 'ndjson', hasComments: hasComments(text), isOfShell: isShellJson(text) }
      const words = form.isMany
        ? 'JSON, one record a line'
        : form.isOfShell
          ? 'JSON as a shell of MongoDB prints it'
          : form.hasComments
            ? 'JSON with comments'
            : 'JSON'
      const shape = await jsonShape(file, encoding, form)
      const report = await enclosedReport(file, encoding, form, shape.skeleton, options)
      if (report !== undefined) return textFound(report, options)
      const found = part(look.kind, words, { ...shape, rows: (reading) => jsonRows(file, encoding, form, reading) })
      if (isTerraformShow(shape.skeleton)) return found.map((one) => ({ ...one, part: asTerraformState(one.part) }))
      if (isStateOfModules(shape.skeleton)) return found.map((one) => ({ ...one, part: asStateOfModules(one.part) }))
      const rowsOf = rowsInRecords(shape.skeleton)
      if (rowsOf === undefined) return found
      return Promise.all(
        found.map(async (one) => ({ ...one, part: { ...one.part, tables: await tablesInRecords(one.part, rowsOf) } })),
      )
    }
    case 'xml':
      return part('xml', 'XML', {
        ...(await xmlShape(file, encoding, recordLength * 16)),
        rows: (reading) => xmlRows(file, encoding, recordLength * 16, reading),
      })
    case 'yaml': {
      const documents = await yamlOrProse(look, () => yamlDocuments(file, encoding, documentBytes))
      if (documents === undefined) return [{ kind: 'other', name, look: said('a text') }]
      return part('yaml', 'YAML', {
        ...yamlShape(documents),
        rows: (reading) => yamlRows(file, encoding, documentBytes, reading),
      })
    }
    case 'toml': {
      const document = await tomlDocument(file, encoding, documentBytes)
      return part('toml', 'TOML', {
        ...tomlShape(document),
        rows: (reading) => tomlRows(file, encoding, documentBytes, reading),
      })
    }
    case 'ldif':
      return part('ldif', 'LDIF', {
        columns: await entryColumns(ldifRows(file, encoding, recordLength)),
        rows: () => ldifRows(file, encoding, recordLength),
      })
    case 'pairs':
      return part('pairs', 'pairs of whole numbers', {
        columns: ['user', 'entitlement'],
        rows: () => pairRows(file, encoding, recordLength),
      })
    case 'unix': {
      const { form } = look
      if (form === 'sudoers') {
        return part('unix', 'rules of sudo', {
          columns: sudoersColumns,
          rows: () => sudoersRows(file, encoding, recordLength),
        })
      }
      return part('unix', form === 'passwd' ? 'accounts of a Unix system' : 'groups of a Unix system', {
        columns: accountColumns(form),
        rows: () => accountRows(file, encoding, recordLength, form),
      })
    }
    case 'grants':
      return part('grants', 'statements of SQL that grant', {
        columns: grantColumns,
        rows: () => grantRows(file, encoding, recordLength),
      })
    case 'inserts': {
      const parts = await insertParts(file, encoding, recordLength * 16, said('a table that a script of SQL fills'))
      return parts.length === 0
        ? [{ kind: 'other', name, look: said('a script of SQL that fills no table') }]
        : parts.map((one) => ({ kind: 'part', part: one }))
    }
    case 'racf':
      return part('racf', 'records of RACF', {
        columns: racfColumns,
        rows: () => racfRows(file, encoding, recordLength),
      })
    case 'file rights':
      return part('unix', 'rights on files of a Unix system', {
        columns: fileRightsColumns,
        rows: () => fileRightsRows(file, encoding, recordLength),
      })
    case 'windows': {
      const { form } = look
      return part('windows', windowsLooks[form], {
        columns: windowsColumns[form],
        rows: () => windowsRows(file, encoding, recordLength, form),
      })
    }
    case 'printed': {
      const { form } = look
      return part(form === 'identities' || form === 'groups' ? 'unix' : 'records', printedForms[form].look, {
        columns: printedForms[form].columns,
        rows: () => printedRows(file, encoding, recordLength, form),
      })
    }
    case 'casbin':
      return part('casbin', 'rules of a Casbin policy', {
        columns: casbinColumns,
        rows: () => casbinRows(file, encoding, recordLength),
      })
    case 'rmp':
      return part('rmp', 'users with their permissions (RMPlib)', {
        columns: ['user', 'entitlement'],
        rows: () => rmpRows(file, encoding, recordLength * 16),
      })
    case 'table':
      return [{ kind: 'part', part: tablePart(file, encoding, look, recordLength, said) }]
  }
}

/** A text that only looks like YAML, such as `Note: see below`, is not a fault unless its name says that it is YAML. */
async function yamlOrProse(
  look: TextLook & { kind: 'yaml' },
  read: () => Promise<Value[]>,
): Promise<Value[] | undefined> {
  try {
    const documents = await read()
    const isData = documents.some(
      (document) => (isList(document) && document.some(isMembers)) || (isMembers(document) && hasNested(document)),
    )
    return isData || look.byName ? documents : undefined
  } catch (error) {
    if (look.byName || !(error instanceof UnreadableFile)) throw error
    return undefined
  }
}

function hasNested(document: Value): boolean {
  return isMembers(document) && Object.values(document).some((value) => isMembers(value) || isList(value))
}

/** The first characters, enough to recognise the format. The reader of the file finds a damaged end. */
async function beginningOf(file: InputFile, label: string): Promise<string> {
  let text = ''
  for await (const piece of decoded(file, { label, remark: '' })) {
    text += piece
    if (text.length >= headBytes) break
  }
  return text.slice(0, headBytes)
}

async function entryColumns(batches: ReturnType<typeof ldifRows>): Promise<string[]> {
  const names = new Set<string>()
  let count = 0
  for await (const rows of batches) {
    for (const row of rows) for (const name of row.columns()) names.add(name)
    count += rows.length
    if (count > 10_000) break
  }
  return [...names]
}
