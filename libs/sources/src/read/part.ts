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

/** Names of members by the path of the records that have them; the path of records at the top is ''. */
export type Skeleton = ReadonlyMap<string, ReadonlySet<string>>

/** What a document consists of. */
export interface Shape {
  readonly skeleton: Skeleton
  readonly lists: ReadonlySet<string>
  readonly tables?: readonly NamedTable[]
}

/** A table in a document whose cells name their columns themselves. */
export interface NamedTable {
  /** Empty where it has none. */
  readonly name: string
  /** Where its rows stand. */
  readonly path: string
  readonly columns: readonly string[]
  rows(reading: RowReading): AsyncGenerator<RowBatch, void, undefined>
}

/** What yields rows: a text file, one sheet of a workbook, a document. */
export interface Part {
  /** The file, archives before it and the sheet behind it: `hr.zip/people.xlsx[Staff]`. */
  readonly name: string
  readonly format: Format
  /** What it looks like, for people: `text separated by semicolons, UTF-8 with BOM`. */
  readonly look: string
  /** Columns of a table, or of LDIF all attribute names of the first entries. Undefined for documents. */
  readonly columns?: readonly string[]
  /** Members of a document. Undefined for tables. */
  readonly skeleton?: Skeleton
  /** Of a document: paths of records that stand in a list, or are repeated elements. */
  readonly lists?: ReadonlySet<string>
  /** Of a document: tables whose cells name their columns. */
  readonly tables?: readonly NamedTable[]
  /** Rows in batches. Of a document those at `paths`; tables have one kind of rows. */
  rows(reading: RowReading): AsyncGenerator<RowBatch, void, undefined>
}

/** Rows that can be read until the next batch is asked for. */
export type RowBatch = readonly Row[] | TableRows

export interface RowReading {
  readonly paths: readonly RecordPath[]
  readonly synonyms: Synonyms
  /** Of a table: rows may end before its last columns. */
  readonly hasShortRows?: boolean
}

/** Which records of a document are rows. */
export interface RecordPath {
  /** Names of members with dots between, `*` for any; lists are stepped into. '' is the document, or its list. */
  readonly path: string
  /** Records within records: each becomes a row, with `#path` and `#parent` made of the names on the way. */
  readonly tree?: Tree
  /** Lists of GraphQL in a record are lists of their nodes. */
  readonly hasConnections?: boolean
}

export interface Tree {
  /** The member that holds the records below. */
  readonly children: string
  /** The member that names a record; records of an object are named by their member. */
  readonly name: string
  /** What stands before each name of `#path`. */
  readonly separator: string
}
