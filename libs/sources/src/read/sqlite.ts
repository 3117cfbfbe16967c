import { isUtf8 } from 'node:buffer'
import { open, stat } from 'node:fs/promises'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { pathOf } from '../bytes/spool.ts'
import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import { type InputFile, limitsOf, type ReadingOptions } from '../input-file.ts'
import { type Row, TableRow } from '../row.ts'
import type { RowReading } from './part.ts'

/** A database on disk. It is opened for each reading, so that no handle stays open. */
export interface Database {
  readonly name: string
  readonly path: string
  readonly sizeBytes: number
  readonly longestCell: number
  readonly tables: readonly Table[]
}

export interface Table {
  readonly name: string
  /** Stored columns only: generated ones would run expressions of the file. */
  readonly columns: readonly string[]
}

export const sqliteMagic = 'SQLite format 3\0'

/** A database with more tables than this is not a source of access data. */
const mostTables = 10_000
const rowsInBatch = 500

/** Finds the tables. @throws UnreadableFile for a damaged file, and for a file whose newest changes are in a file beside it */
export async function openDatabase(file: InputFile, options: ReadingOptions): Promise<Database> {
  const path = await pathOf(file, options)
  const { size: sizeBytes } = await stat(path)
  const log = await stat(`${path}-wal`).catch(() => undefined)
  if (file.path !== undefined && log !== undefined && log.size > 0) {
    const reason = `has changes that stand beside it in ${file.name}-wal; end the program that writes it, or export it by "sqlite3 ${file.name} '.backup copy.db'"`
    throw new UnreadableFile(file.name, 0, reason)
  }
  if (file.path !== undefined && (await isHot(`${path}-journal`))) {
    const reason = `was being changed when it was copied: ${file.name}-journal has what it was before; open it once with sqlite3, or copy it again`
    throw new UnreadableFile(file.name, 0, reason)
  }
  const { recordLength } = limitsOf(options)
  const place = { name: file.name, path, sizeBytes, longestCell: recordLength * 16 }
  return opened(place, (database) => {
    const found = database
      .prepare(
        `select name from sqlite_schema where type = 'table' and rootpage > 0 order by rowid limit ${mostTables + 1}`,
      )
      .all() as { name: string }[]
    if (found.length > mostTables) {
      throw new UnreadableFile(file.name, 0, `has more than ${mostTables} tables; export those with access data`)
    }
    const tables = found
      .filter(({ name }) => !name.startsWith('sqlite_'))
      .map(({ name }) => ({ name, columns: columnsOf(database, name) }))
    return { ...place, tables }
  })
}

/** Whether the journal belongs to an unfinished change; a journal that is kept for the next change begins with zeros. */
async function isHot(path: string): Promise<boolean> {
  const handle = await open(path).catch(() => undefined)
  if (handle === undefined) return false
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, 0)
    return bytesRead > 0 && buffer[0] !== 0
  } finally {
    await handle.close()
  }
}

function columnsOf(database: DatabaseSync, table: string): string[] {
  const columns = database.prepare(`pragma table_xinfo(${quoted(table)})`).all() as { name: string; hidden: number }[]
  return columns.filter(({ hidden }) => Number(hidden) === 0).map(({ name }) => name)
}

type Place = Omit<Database, 'tables'>

/**
 * Opens the file as it is: read-only and without locks, logs or extensions. Statements may only read tables, so that no view,
 * trigger or function of a hostile schema runs.
 */
async function connect({ name, path, longestCell }: Place): Promise<DatabaseSync> {
  const sqlite = await import('node:sqlite').catch((cause) => {
    const reason = 'is an SQLite database, which this version of Node.js cannot read; export its tables as CSV'
    throw new UnreadableFile(name, 0, reason, { cause })
  })
  const { SQLITE_DENY, SQLITE_OK, SQLITE_PRAGMA, SQLITE_READ, SQLITE_SELECT } = sqlite.constants
  const location = pathToFileURL(path)
  location.searchParams.set('immutable', '1')
  const database = new sqlite.DatabaseSync(location, {
    readOnly: true,
    allowExtension: false,
    enableDoubleQuotedStringLiterals: false,
    limits: { length: longestCell, attach: 0, triggerDepth: 1 },
  })
  database.setAuthorizer((action, first) => {
    if (action === SQLITE_SELECT || action === SQLITE_READ) return SQLITE_OK
    return action === SQLITE_PRAGMA && first === 'table_xinfo' ? SQLITE_OK : SQLITE_DENY
  })
  return database
}

async function opened<T>(place: Place, use: (database: DatabaseSync) => T): Promise<T> {
  let database: DatabaseSync | undefined
  try {
    database = await connect(place)
    return use(database)
  } catch (error) {
    throw damaged(place.name, 0, error)
  } finally {
    database?.close()
  }
}

/** The content of a cell: text, a number as text, or bytes. */
export type Cell = string | Uint8Array

/** The rows of a table in batches, with the number of the first one. */
export async function* tableCells(
  database: Database,
  table: Table,
  columns: readonly string[] = table.columns,
): AsyncGenerator<{ readonly cells: readonly Cell[]; readonly number: number }[], void, undefined> {
  const part = `${database.name}[${table.name}]`
  let connection: DatabaseSync | undefined
  let number = 0
  try {
    connection = await connect(database)
    const rows = statementFor(connection, table.name, columns).iterate() as Iterable<unknown> as Iterable<unknown[]>
    let batch: { cells: Cell[]; number: number }[] = []
    let length = 0
    for (const row of rows) {
      // Pages that refer to each other in a circle would give more rows than the file has bytes.
      if (++number > database.sizeBytes) throw new Error('it has more rows than bytes')
      const cells = row.map(cellOf)
      batch.push({ cells, number })
      for (const cell of cells) length += cell.length
      if (batch.length === rowsInBatch || length > database.longestCell) {
        yield batch
        batch = []
        length = 0
      }
    }
    if (batch.length > 0) yield batch
  } catch (error) {
    throw damaged(part, number, error)
  } finally {
    connection?.close()
  }
}

function statementFor(database: DatabaseSync, table: string, columns: readonly string[]): StatementSync {
  const statement = database.prepare(`select ${columns.map(quoted).join(', ')} from ${quoted(table)}`, {
    readBigInts: true,
    returnArrays: true,
  })
  return statement
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return ''
  return value instanceof Uint8Array ? value : String(value)
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function damaged(name: string, at: number, error: unknown): unknown {
  if (error instanceof UnreadableFile) return error
  const code = error instanceof Error && 'code' in error ? error.code : ''
  const message = error instanceof Error ? error.message : String(error)
  const reason =
    message === 'string or blob too big'
      ? 'the next row has a value that is too long for access data; export the table without it'
      : `is a damaged SQLite database (${message}); copy or export it again`
  if (code !== 'ERR_SQLITE_ERROR' && !message.startsWith('it has more rows')) return error
  return new UnreadableFile(name, at, reason, { cause: error })
}

/** The rows of one table, each cell as text. */
export async function* sqliteRows(
  database: Database,
  table: Table,
  { synonyms }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  const name = `${database.name}[${table.name}]`
  const header = new Header(name, 0, table.columns, synonyms)
  for await (const batch of tableCells(database, table)) {
    yield batch.map(({ cells, number }) => new TableRow(name, number, header, cells.map(cellText)))
  }
}

/** Bytes that are valid text are read as text; others, such as ids of directories, as base64. */
function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell
  const bytes = Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength)
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : bytes.toString('base64')
}
