import type { AccessGrid } from './access-grid.ts'
import { cellsAround, cellsPerStep } from './cells-per-step.ts'
import { listFitting, liveRows } from './incompatible-grants.ts'
import type { Partners } from './partners.ts'
import type { Step } from './run-hooks.ts'

/** Pairs that fit are stored up to this number, 32 MB. */
const maxStoredPairs = 8_000_000

/** The live grants, and for each the others that fit with it, by their places among the live grants. */
export interface FittingPairs {
  readonly grants: Uint32Array
  /** Those of grant `k` are from `offset` at `k` up to `k + 1`. */
  readonly offset: Uint32Array
  readonly fitting: Uint32Array
}

/** Undefined when there are too many, or the work is used up. */
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
