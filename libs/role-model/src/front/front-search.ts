import { type FrontChanges, FrontWork } from './changes.ts'
import { CoveredCells, type GridRole } from './covered-cells.ts'
import { searchExactly } from './exact-changes.ts'
import { descend, withoutOneRole } from './fewer-roles.ts'
import { FrontBounds } from './front-bounds.ts'
import type { FrontGrid } from './front-grid.ts'

/** The best roles found for one number of roles, and a lower bound of the changes with that number. */
export interface FrontStep {
  readonly roles: readonly GridRole[]
  readonly changes: number
  readonly atLeast: number
}

/** An exact model of a grid, and a lower bound of the roles. */
export interface ExactModel {
  readonly roles: readonly GridRole[]
  /** No exact model has fewer roles. */
  readonly fewest: number
  /** Positions in the grid of grants of which no two fit into one role. */
  readonly incompatible: readonly number[]
}

/** The share of a front's work that the exact search may use, divided equally among the points. */
const exactShare = 0.7

/** The most grants of the merged access for which points are searched exactly. */
const mostExactGrants = 600

/** Up to this number of roles every number has a step; above it, each step has a twentieth more roles than the one before. */
const mostInTurn = 64

/** The numbers of roles that get a step, descending. */
function countsOf(fewest: number, most: number): number[] {
  const counts: number[] = []
  for (let count = fewest; count < most; count = count < mostInTurn ? count + 1 : Math.ceil(count * 1.05))
    counts.push(count)
  return [...counts, most].reverse()
}

/**
 * The steps of one front, indexed by the number of roles (not every large number has a step). The search goes from the exact
 * model down; each step starts from the one before.
 * @param starts steps of other fronts, which are also valid in this one
 */
export function searchFront(
  grid: FrontGrid,
  model: ExactModel,
  changes: FrontChanges,
  starts: readonly (readonly FrontStep[])[],
  cellBudget: number,
  ask: () => void,
): FrontStep[] {
  const work = new FrontWork(cellBudget, ask)
  const bounds = new FrontBounds(grid, changes, model.incompatible, work)
  const fewest = changes === 'add' ? Math.min(1, model.roles.length) : 0
  const counts = countsOf(fewest, model.roles.length)
  const perStep = (cellBudget * exactShare) / Math.max(1, counts.length - 1)
  const steps: FrontStep[] = []
  let step: FrontStep = { roles: model.roles, changes: 0, atLeast: 0 }
  steps[model.roles.length] = step
  for (const count of counts.slice(1)) {
    const reached = bestWithFewer(grid, step, count, changes, starts, work)
    // What fewer roles can do, more roles can do too. And one change can save at most one role.
    const least = isForced(changes, count)
      ? reached.changes
      : Math.max(step.atLeast, model.fewest - count, bounds.atLeast(count))
    step = { ...reached, atLeast: Math.min(reached.changes, least) }
    if (step.changes > step.atLeast && grid.grantRow.length <= mostExactGrants) {
      step = exactly(grid, changes, count, step, new FrontWork(perStep, ask))
    }
    steps[count] = step
  }
  return steps
}

/** Without roles everything is missing. A single role that may only add has to give everything to everybody. */
function isForced(changes: FrontChanges, count: number): boolean {
  return count === 0 || (count === 1 && changes === 'add')
}

function bestWithFewer(
  grid: FrontGrid,
  { roles }: FrontStep,
  count: number,
  changes: FrontChanges,
  starts: readonly (readonly FrontStep[])[],
  work: FrontWork,
) {
  let best = CoveredCells.of(grid, roles)
  while (best.roleCount > count) withoutOneRole(best, changes, work)
  descend(best, changes, work)
  for (const start of starts) {
    if (start[count] === undefined) continue
    const other = CoveredCells.of(grid, start[count].roles)
    descend(other, changes, work)
    if (other.changes < best.changes) best = other
  }
  return { roles: best.roles(), changes: best.changes }
}

/** The exact number of changes, or the best result and bound within the work budget. */
function exactly(grid: FrontGrid, changes: FrontChanges, count: number, step: FrontStep, work: FrontWork): FrontStep {
  const { found, isProven } = searchExactly(grid, changes, count, step.changes, step.atLeast, work)
  const best = found === undefined ? step : { ...step, roles: found, changes: CoveredCells.of(grid, found).changes }
  return { ...best, atLeast: isProven ? best.changes : Math.min(best.changes, step.atLeast) }
}

/**
 * The steps of parts that share no role: for each number of roles the division among the parts that has the fewest changes.
 * @param place where the rows and columns of each part begin in the whole
 */
export function joinedSteps(
  parts: readonly (readonly FrontStep[])[],
  place: readonly { readonly row: number; readonly column: number }[],
): FrontStep[] {
  let changes = [0]
  let atLeast = [0]
  const picks: Uint32Array[] = []
  for (const part of parts) {
    const total = changes.length + part.length - 1
    const nextChanges = new Array<number>(total).fill(Number.POSITIVE_INFINITY)
    const nextAtLeast = new Array<number>(total).fill(Number.POSITIVE_INFINITY)
    const pick = new Uint32Array(total)
    let least = 0
    // From the last step down: a number without a step gets the bound of the next larger one.
    for (let own = part.length - 1; own >= 0; own--) {
      const step = part[own]
      if (step !== undefined) least = step.atLeast
      for (let others = 0; others < changes.length; others++) {
        nextAtLeast[own + others] = Math.min(nextAtLeast[own + others]!, atLeast[others]! + least)
        if (step === undefined || changes[others]! + step.changes >= nextChanges[own + others]!) continue
        nextChanges[own + others] = changes[others]! + step.changes
        pick[own + others] = own
      }
    }
    changes = nextChanges
    atLeast = nextAtLeast
    picks.push(pick)
  }
  const steps: FrontStep[] = []
  for (const count of countsOf(0, changes.length - 1)) {
    if (changes[count] === Number.POSITIVE_INFINITY) continue
    let left = count
    const roles: GridRole[] = []
    for (let p = parts.length - 1; p >= 0; p--) {
      const own = picks[p]![left]!
      const { row, column } = place[p]!
      for (const { rows, columns } of parts[p]![own]!.roles) {
        roles.push({ rows: rows.map((one) => one + row), columns: columns.map((one) => one + column) })
      }
      left -= own
    }
    steps[count] = { roles, changes: changes[count]!, atLeast: Math.min(changes[count]!, atLeast[count]!) }
  }
  return steps
}
