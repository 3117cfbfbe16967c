import type { AccessMap, Input } from '../map/map.ts'
import type { Part } from '../read/part.ts'

/** The files for one map, loaded together. */
export interface Source {
  readonly name: string
  readonly map: AccessMap
  readonly parts: readonly SourcePart[]
}

export interface SourcePart {
  readonly part: Part
  /** A document may fit several inputs. */
  readonly inputs: readonly Input[]
}
