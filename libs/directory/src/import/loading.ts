import type { TenantSql } from '@assay/store'
import type { Faults } from './faults.ts'
import type { NumberedGrants } from './numbered-grants.ts'

export interface CommitProgress {
  /** The file that is being read, or the step after the files. */
  readonly step: string
  /** Bytes of the content of all files. */
  readonly bytesRead: number
  readonly bytesTotal: number
}

/** The context of all loaders of one commit. */
export interface Loading {
  /** The transaction of the commit. */
  readonly sql: TenantSql
  readonly tenantId: number
  readonly importKey: number
  readonly faults: Faults
  /** Days since 1970-01-01, UTC. */
  readonly today: number
  /** The number of the source of the row of grants.csv at this index, from 0; undefined when there are no sources. */
  readonly sourceOfGrant: ((place: number) => number) | undefined
  /** The rows of grants.csv, when they come as numbers and not as bytes. */
  readonly numberedGrants: NumberedGrants | undefined
  has(file: string): boolean
  /** The file's bytes, read on a separate connection, since `sql` is busy copying. */
  content(file: string): AsyncIterable<Uint8Array>
  /** Returns a function to call after each slice of a file. It reports progress, stops on request, and runs `flush`. */
  slices(file: string, flush?: () => Promise<void>): (bytesRead: number) => Promise<void>
}
