import type { AccessMap, Input } from '../map/map.ts'
import type { CodedRows } from '../read/coded-rows.ts'
import type { Part, RowBatch } from '../read/part.ts'

/** The rows of files, or of records that were read from files before. */
export type SourceBatch = RowBatch | CodedRows

/** The files for one map, loaded together. */
export interface Source<Batch = SourceBatch> {
  readonly name: string
  readonly map: AccessMap
  readonly parts: readonly SourcePart<Batch>[]
}

export interface SourcePart<Batch = SourceBatch> {
  readonly part: Part<Batch>
  /** A document may fit several inputs. */
  readonly inputs: readonly Input[]
}
