import type { TenantSql } from '@assay/store'
import type { Faults } from './faults.ts'
import type { NumberedGrants } from './numbered-grants.ts'

export interface CommitProgress {
  /** Which file is being read, or which step comes after the files. */
  readonly step: string
  /** Of the content of all files. */
  readonly bytesRead: number
  readonly bytesTotal: number
}

/** What every loader of one commit works with. */
export interface Loading {
  /** The transaction in which everything becomes true at once. */
  readonly sql: TenantSql
  readonly tenantId: number
  readonly importKey: number
  readonly faults: Faults
  /** Days since 1970-01-01, UTC. */
  readonly today: number
  /** The number of the source that says the row of grants.csv at this place, from 0; undefined where there are none. */
  readonly sourceOfGrant: ((place: number) => number) | undefined
  /** The rows of grants.csv, where they come by numbers and not as its bytes. */
  readonly numberedGrants: NumberedGrants | undefined
  has(file: string): boolean
  /** The file's bytes, read on a connection of its own, since `sql` is busy copying. */
  content(file: string): AsyncIterable<Uint8Array>
  /** To call after each slice of a file: reports progress, stops when asked to, and runs `flush`. */
  slices(file: string, flush?: () => Promise<void>): (bytesRead: number) => Promise<void>
}
