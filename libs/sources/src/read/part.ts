import type { Synonyms } from '../header.ts'
import type { Row } from '../row.ts'
import type { TableRows } from './table-rows.ts'

export const formats = [
  'delimited',
  'bars',
  'ruled',
  'sheet',
  'json',
  'ndjson',
  'yaml',
  'toml',
  'xml',
  'ldif',
  'pairs',
  'rmp',
  'casbin',
  'unix',
  'grants',
  'matrix',
  'sqlite',
  'records',
  'inserts',
  'windows',
  'racf',
  'c1z',
  'parquet',
] as const
export type Format = (typeof formats)[number]

/** The names of members, by the path of the records that have them; the path of records at the top is ''. */
export type Skeleton = ReadonlyMap<string, ReadonlySet<string>>

/** The structure of a document. */
export interface Shape {
  readonly skeleton: Skeleton
  readonly lists: ReadonlySet<string>
  readonly tables?: readonly NamedTable[]
}

/** A table in a document whose cells name their columns. */
export interface NamedTable {
  /** Empty for a table without a name. */
  readonly name: string
  /** The path of its rows. */
  readonly path: string
  readonly columns: readonly string[]
  rows(reading: RowReading): AsyncGenerator<RowBatch, void, undefined>
}

/** A part that yields rows: a text file, one sheet of a workbook, a document. */
export interface Part {
  /** The file, with archives before it and the sheet after it: `hr.zip/people.xlsx[Staff]`. */
  readonly name: string
  readonly format: Format
  /** A description for users: `text separated by semicolons, UTF-8 with BOM`. */
  readonly look: string
  /** The columns of a table, or for LDIF all attribute names of the first entries. Undefined for documents. */
  readonly columns?: readonly string[]
  /** The members of a document. Undefined for tables. */
  readonly skeleton?: Skeleton
  /** For a document: paths of records that are in a list, or are repeated elements. */
  readonly lists?: ReadonlySet<string>
  /** For a document: tables whose cells name their columns. */
  readonly tables?: readonly NamedTable[]
  /** For a matrix within a table: the table, which a map of a product may take. */
  readonly otherwise?: Part
  /** Rows in batches. A document yields the rows at `paths`; a table has only one kind of rows. */
  rows(reading: RowReading): AsyncGenerator<RowBatch, void, undefined>
}

/** Rows that are valid until the next batch is read. */
export type RowBatch = readonly Row[] | TableRows

export interface RowReading {
  readonly paths: readonly RecordPath[]
  readonly synonyms: Synonyms
  /** For a table: whether rows may end before its last columns. */
  readonly hasShortRows?: boolean
}

/** The records of a document that become rows. */
export interface RecordPath {
  /** Names of members separated by dots, `*` for any; lists are entered. '' is the document, or its list. */
  readonly path: string
  /** For records within records: each becomes a row, with `#path` and `#parent` from the names on the path. */
  readonly tree?: Tree
  /** Whether lists of GraphQL in a record are read as lists of their nodes. */
  readonly hasConnections?: boolean
}

export interface Tree {
  /** The member with the child records. */
  readonly children: string
  /** The member that names a record. A record of an object has the name of its member. */
  readonly name: string
  /** The text before each name of `#path`. */
  readonly separator: string
}
