import type { PopulationGraph } from '../population.ts'
import type { Chosen } from './addition.ts'

/** The content of one suggestion: a chosen cohort, or several that differ in the value of one attribute, each with its entitlements there. */
export interface Listed {
  readonly parts: readonly Chosen[]
  /** Places of the parts in the order of choice. */
  readonly places: readonly number[]
  readonly attribute: string | undefined
}

/** The same cohort with some of its entitlements, in its place. */
export function partOf(
  { kept }: Pick<PopulationGraph, 'kept'>,
  { candidate, addition }: Chosen,
  isIn: (entitlement: number) => boolean,
): Chosen {
  const { cellEntitlement } = candidate.counted
  const at = [...addition.cells.keys()].filter((i) => isIn(kept[cellEntitlement[addition.cells[i]!]!]!))
  const newHolders = at.map((i) => addition.newHolders[i]!)
  return {
    candidate,
    addition: {
      worth: addition.worth,
      explained: newHolders.reduce((sum, holders) => sum + holders, 0),
      cells: at.map((i) => addition.cells[i]!),
      newHolders,
      saved: at.map((i) => addition.saved[i]!),
    },
  }
}
