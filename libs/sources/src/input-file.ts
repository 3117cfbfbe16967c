/** A file to read. It may be opened several times: recognition, records and grants each read it once. */
export interface InputFile {
  /** As the user knows it, relative to what was named: `hr/people.csv`. */
  readonly name: string
  open(): AsyncIterable<Uint8Array>
  /** Where its bytes lie on disk, if they do: archives and spreadsheets are read from there without a copy. */
  readonly path?: string
}

export interface ReadingOptions {
  /** For what has to be unpacked before it can be read. */
  readonly temporaryFolder: string
  readonly encoding?: string
  readonly delimiter?: string
  readonly limits?: Partial<Limits>
}

export interface Limits {
  /** Of everything that one packed file unpacks to. */
  readonly unpackedBytes: number
  /** Of one file that is written into the temporary folder. */
  readonly spooledBytes: number
  /** Characters of one record of a table, one line, one text of a document. */
  readonly recordLength: number
  /** Of documents that are held as a whole: YAML. */
  readonly documentBytes: number
  /** Archives within archives. */
  readonly depth: number
  /** Files of one archive. */
  readonly archiveFiles: number
  /** Characters of the shared texts of a workbook. */
  readonly sharedTextLength: number
  /** Of one column of one row group of a Parquet file, packed, and of one page of it, unpacked. */
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
