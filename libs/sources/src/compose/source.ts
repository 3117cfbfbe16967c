import type { AccessMap, Input } from '../map/map.ts'
import type { Part } from '../read/part.ts'

/** The files that one map takes, loaded together. */
export interface Source {
  readonly name: string
  readonly map: AccessMap
  readonly parts: readonly SourcePart[]
}

export interface SourcePart {
  readonly part: Part
  /** A document may be several inputs at once. */
  readonly inputs: readonly Input[]
}
