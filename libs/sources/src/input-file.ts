/** A file to read. It may be opened several times: recognition, records and grants each read it once. */
export interface InputFile {
  /** The name that the user knows, relative to the named folder: `hr/people.csv`. */
  readonly name: string
  open(): AsyncIterable<Uint8Array>
  /** The path of the file, if it is on disk: archives and spreadsheets are then read without a copy. */
  readonly path?: string
  /** The folder that the user named, if she did not name the file itself: the order of its files says nothing. */
  readonly folder?: string
}

export interface ReadingOptions {
  /** For files that must be unpacked before they are read. */
  readonly temporaryFolder: string
  readonly encoding?: string
  readonly delimiter?: string
  readonly limits?: Partial<Limits>
  /** The names in a file of users beside the file, when it says nothing of who is a user. */
  readonly users?: ReadonlySet<string>
}

export interface Limits {
  /** For all files that one packed file contains. */
  readonly unpackedBytes: number
  /** For one file that is written into the temporary folder. */
  readonly spooledBytes: number
  /** Characters of one record of a table, of one line, or of one text of a document. */
  readonly recordLength: number
  /** For documents that are held in memory as a whole: YAML. */
  readonly documentBytes: number
  /** The depth of archives within archives. */
  readonly depth: number
  /** Files of one archive. */
  readonly archiveFiles: number
  /** Characters of the shared texts of a workbook. */
  readonly sharedTextLength: number
  /** For one column of one row group of a Parquet file, compressed, and for one page of it, uncompressed. */
  readonly parquetPieceBytes: number
}

const defaultLimits: Limits = {
  unpackedBytes: 64 * 2 ** 30,
  spooledBytes: 16 * 2 ** 30,
  recordLength: 2 ** 20,
  documentBytes: 64 * 2 ** 20,
  depth: 3,
  archiveFiles: 10_000,
  sharedTextLength: 256 * 2 ** 20,
  parquetPieceBytes: 256 * 2 ** 20,
}

export function limitsOf({ limits }: ReadingOptions): Limits {
  return { ...defaultLimits, ...limits }
}
