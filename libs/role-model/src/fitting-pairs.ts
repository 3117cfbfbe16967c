import type { AccessGrid } from './access-grid.ts'
import { cellsAround, cellsPerStep } from './cells-per-step.ts'
import { listFitting, liveRows } from './incompatible-grants.ts'
import type { Partners } from './partners.ts'
import type { Step } from './run-hooks.ts'

/** The most fitting pairs that are stored: 32 MB. */
const maxStoredPairs = 8_000_000

/** The live grants and, for each, the live grants that fit with it. `fitting` has positions in `grants`. */
export interface FittingPairs {
  readonly grants: Uint32Array
  /** The fitting grants of grant `k` are in `fitting` from `offset[k]` up to `offset[k + 1]`. */
  readonly offset: Uint32Array
  readonly fitting: Uint32Array
}

/** Lists, for each live grant, the live grants that fit with it; undefined if there are too many pairs, or the work budget is used up. */
export function fittingPairs(
  grid: AccessGrid,
  live: Uint8Array,
  partners: Partners,
  onStep: Step,
): FittingPairs | undefined {
  const rows = liveRows(grid, live)
  const { grants } = rows
  const placeOf = new Uint32Array(grid.grantCount)
  for (let k = 0; k < grants.length; k++) placeOf[grants[k]!] = k
  const offset = new Uint32Array(grants.length + 1)
  let fitting = new Uint32Array(Math.min(grants.length * 16, maxStoredPairs))
  const near: number[] = []
  for (let k = 0; k < grants.length; k++) {
    if (!onStep(cellsAround(grid, grants[k]!) / cellsPerStep)) return undefined
    const found = listFitting(grid, rows, live, partners, grants[k]!, near)
    const end = offset[k]! + found
    if (end > maxStoredPairs) return undefined
    if (end > fitting.length) {
      const larger = new Uint32Array(Math.min(end * 2, maxStoredPairs))
      larger.set(fitting)
      fitting = larger
    }
    for (let i = 0; i < found; i++) fitting[offset[k]! + i] = placeOf[near[i]!]!
    offset[k + 1] = end
  }
  return { grants, offset, fitting }
}
