import { fewestOfBlock } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'
import { type Ordinals, ScratchArray } from '../shared-arrays.ts'

const scratch = new ScratchArray()

/** Counts the people who have a block: at least half of its entitlements. */
export class BlockHolders {
  private readonly graph: PopulationGraph
  private readonly isWanted: Int32Array

  constructor(graph: PopulationGraph) {
    this.graph = graph
    this.isWanted = scratch.filled(graph.kept.length, 0)
  }

  /**
   * @param people from `start` up to `end`; undefined means everybody
   * @param block entitlements, ascending
   * @param known people without a value in this column do not count
   */
  count(
    people: ArrayLike<number> | undefined,
    start: number,
    end: number,
    block: readonly number[],
    known?: Int32Array,
  ): number {
    const { isWanted } = this
    const { rowOffset, rowEntitlement } = this.graph
    const needed = fewestOfBlock(block.length)
    for (const e of block) isWanted[e] = 1
    const until = block[block.length - 1]! + 1
    let having = 0
    for (let m = start; m < end; m++) {
      const person = people === undefined ? m : people[m]!
      if (known !== undefined && known[person]! < 0) continue
      if (holdsSome(rowEntitlement, rowOffset[person]!, rowOffset[person + 1]!, until, isWanted, needed)) having++
    }
    for (const e of block) isWanted[e] = 0
    return having
  }
}

/** A loop over rows in a separate function: see `countRow` of count-cohorts.ts. */
function holdsSome(
  row: Ordinals,
  start: number,
  end: number,
  until: number,
  isWanted: Int32Array,
  needed: number,
): boolean {
  let left = needed
  for (let at = start; at < end; at++) {
    const e = row[at]!
    if (e >= until) break
    left -= isWanted[e]!
    if (left === 0) return true
  }
  return false
}
