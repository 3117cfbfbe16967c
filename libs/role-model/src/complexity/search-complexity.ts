import type { AccessGrid, Rectangle } from '../access-grid.ts'
import type { Step } from '../run-hooks.ts'
import { addTo, columnsOf } from './bit-sets.ts'
import { Moves } from './moves.ts'
import { type KeptRoles, RoleState } from './role-state.ts'
import { type ColumnRule, RowRepairs } from './row-repairs.ts'

/**
 * Looks for roles with fewer links. The cost is the weighted structural complexity: the number of roles, of user-role links and
 * of role-entitlement links, where each row and column counts as often as its weight.
 *
 * The state is a list of roles (sets of columns) and for each row the roles that make it up. A move changes one or two roles,
 * repairs the rows concerned, and drops what became needless. It stays if the cost did not rise, or otherwise with a
 * probability that falls with the rise and with time (simulated annealing). The best state is returned. The same seed gives the
 * same result.
 */
export function searchComplexity(
  grid: AccessGrid,
  start: readonly Rectangle[],
  options: {
    readonly iterations: number
    readonly random: () => number
    readonly hot: number
    /** For each grant 1 if a role has to give it; all grants if absent. */
    readonly needed?: Uint8Array | undefined
    /** Says which sets of columns may be a role. If absent, all may. */
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
  // One array for all roles: thousands of small arrays would keep the garbage collector busy.
  const bits = new Int32Array(start.length * state.words)
  for (const [i, { rows, columns }] of start.entries()) {
    const own = bits.subarray(i * state.words, (i + 1) * state.words)
    addTo(own, columns)
    const role = state.addRole(own)
    for (const row of rows) startOf[row]!.push(role)
  }
  for (let row = 0; row < state.rowCount; row++) repairs.begin(row, startOf[row]!)
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
