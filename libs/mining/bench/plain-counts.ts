import { combinationKey } from '../src/combinations.ts'
import type { CountedCombination } from '../src/counted-combination.ts'
import { resolveSettings } from '../src/index.ts'
import type { PopulationGraph } from '../src/population.ts'

/** The answer to one combination in three numbers, by which two ways of counting are held against each other. */
export interface CellSums {
  readonly cells: number
  /** Holders of all cells together. */
  readonly grants: number
  /** The sum of holders x (cell number modulo `checksumModulus`), see `cellRadix`. */
  readonly checksum: number
}

export const checksumModulus = 1_000_003

/**
 * A cell's number: its attribute values and, last, its entitlement, as digits of a number whose digits have these sizes.
 */
export function cellRadix(graph: PopulationGraph, { combination }: CountedCombination): number[] {
  return [...combination.map((position) => graph.attributes[position]!.valueCount), graph.kept.length]
}

/**
 * Counts every (cohort, entitlement) of one combination the plain way, keeps those cells that reach the least share, and
 * holds the engine's answer against them: each of its cells has the plain count, and the cells it returned and rejected
 * are together those that reach the share, in all cohorts that it looked into. Throws when they are not.
 */
export function plainCells(
  graph: PopulationGraph,
  counted: CountedCombination,
  all: ReadonlyMap<string, CountedCombination>,
): CellSums {
  const { minCoverage } = resolveSettings()
  const { rowOffset, rowEntitlement, attributes } = graph
  const { combination, groups, cellOffset, cellEntitlement, cellCount, rejected } = counted
  const radix = cellRadix(graph, counted)
  const parents = combination.flatMap((without) => {
    const parent = all.get(combinationKey(combination.filter((position) => position !== without)))
    return parent === undefined ? [] : [parent.groups]
  })
  const count = new Uint32Array(graph.kept.length)
  let cells = 0
  let grants = 0
  let checksum = 0
  let cellsLookedInto = 0
  for (let g = 0; g < groups.count; g++) {
    count.fill(0)
    const members = groups.members.subarray(groups.offset[g], groups.offset[g + 1])
    for (const person of members) {
      for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) count[rowEntitlement[at]!]!++
    }
    const digits = combination.map((position) => attributes[position]!.column[members[0]!]!)
    const first = digits.reduce((number, digit, i) => number * radix[i]! + digit, 0) * graph.kept.length
    const least = Math.max(1, Math.ceil(minCoverage * members.length - 1e-9))
    let reached = 0
    for (let e = 0; e < count.length; e++) {
      if (count[e]! < least) continue
      reached++
      grants += count[e]!
      checksum += ((first + e) % checksumModulus) * count[e]!
    }
    cells += reached
    const isParents = parents.some(
      (p) => p.offset[p.of[members[0]!]! + 1]! - p.offset[p.of[members[0]!]!]! === members.length,
    )
    if (!isParents) cellsLookedInto += reached
    for (let cell = cellOffset[g]!; cell < cellOffset[g + 1]!; cell++) {
      if (count[cellEntitlement[cell]!] !== cellCount[cell]) throw new Error('the engine counted a cell otherwise')
    }
  }
  const answered =
    cellCount.length +
    rejected.coverage_interval_too_low +
    rejected.no_lift_over_outside +
    rejected.uneven_inside_cohort +
    rejected.explained_by_more_general_cohort
  if (answered !== cellsLookedInto) throw new Error(`the engine saw ${answered} cells, there are ${cellsLookedInto}`)
  return { cells, grants, checksum }
}
