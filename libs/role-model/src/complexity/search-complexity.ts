import type { AccessGrid, Rectangle } from '../access-grid.ts'
import type { Step } from '../run-hooks.ts'
import { columnsOf, setOf } from './bit-sets.ts'
import { Moves } from './moves.ts'
import { type KeptRoles, RoleState } from './role-state.ts'
import { type ColumnRule, RowRepairs } from './row-repairs.ts'

/**
 * Looks for roles with fewer links: weighted structural complexity is the number of roles plus user-role links plus
 * role-entitlement links, each row and column counted as often as it was merged.
 *
 * The state is a list of roles (sets of columns) and for each row the roles that make it up. A move changes a role or two,
 * mends the rows concerned, drops what became needless, and stays if the cost did not rise, or with a chance that falls with
 * the rise and with time (simulated annealing). The best state met is returned; the same seed takes the same way.
 */
export function searchComplexity(
  grid: AccessGrid,
  start: readonly Rectangle[],
  options: {
    readonly iterations: number
    readonly random: () => number
    readonly hot: number
    /** Per grant 1 where a role has to give it; all when left out. */
    readonly needed?: Uint8Array | undefined
    /** Which sets of columns may be a role; all when left out. */
    readonly isAllowed?: ColumnRule
    readonly onStep: Step
  },
): Rectangle[] {
  const { iterations, random, onStep, isAllowed } = options
  const state = new RoleState(grid, options.needed)
  const repairs = new RowRepairs(state, isAllowed)
  const moves = new Moves({ grid, state, repairs, isAllowed, random })
  beginWith(state, repairs, start)
  let best = state.cost
  let bestRoles = state.kept()
  const hot = options.hot * Math.max(1, Math.min(6, state.cost / 200))
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (!onStep(16)) break
    const before = state.cost
    state.begin()
    moves.move()
    const temperature = hot * (1 - iteration / iterations) ** 2 + 1e-9
    if (state.cost > before && random() >= Math.exp((before - state.cost) / temperature)) state.undo()
    else if (state.cost < best - 1e-9) {
      best = state.cost
      bestRoles = state.kept()
    }
  }
  return rectanglesOf(bestRoles)
}

function beginWith(state: RoleState, repairs: RowRepairs, start: readonly Rectangle[]): void {
  const startOf: number[][] = Array.from({ length: state.rowCount }, () => [])
  for (const { rows, columns } of start) {
    const role = state.addRole(setOf(state.words, columns))
    for (const row of rows) startOf[row]!.push(role)
  }
  for (let row = 0; row < state.rowCount; row++) state.setRoles(row, startOf[row]!)
  for (let row = 0; row < state.rowCount; row++) repairs.mend(row, true)
  repairs.trim(new Set(state.roles.keys()))
}

function rectanglesOf({ roles, rolesOf }: KeptRoles): Rectangle[] {
  const rowsOf: number[][] = roles.map(() => [])
  rolesOf.forEach((list, row) => {
    for (const role of list) rowsOf[role]!.push(row)
  })
  return roles.flatMap((columns, role) =>
    columns === undefined || rowsOf[role]!.length === 0
      ? []
      : [{ rows: Uint32Array.from(rowsOf[role]!), columns: Uint32Array.from(columnsOf(columns)) }],
  )
}
