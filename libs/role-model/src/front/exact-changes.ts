import { type FrontChanges, type FrontWork, pricesOf } from './changes.ts'
import { CoveredCells, type GridRole } from './covered-cells.ts'
import { isIncompatible } from './front-bounds.ts'
import type { FrontGrid } from './front-grid.ts'

/**
 * The result of a search. `found` is undefined if there was nothing cheaper; `isProven` says that nothing cheaper than the
 * result exists.
 */
interface ExactSearch {
  readonly found: readonly GridRole[] | undefined
  readonly isProven: boolean
}

/** A grant that no role covers, and the choices for it. */
interface OpenGrant {
  readonly grant: number
  /** Its least cost without the empty roles, and with them. */
  readonly apart: number
  readonly least: number
  /** The cheapest first. A negative role means that the grant stays missing. */
  readonly choices: readonly Choice[]
}

interface Choice {
  readonly role: number
  readonly cost: number
}

/**
 * Branch and bound for the fewest changes with this number of roles. An uncovered grant joins one of the roles, joins an empty role, or
 * stays missing. A role gives all its columns to all its rows, so its added grants only increase. The search branches first on the grant
 * whose cheapest choice costs the most. The bound uses uncovered grants that are incompatible with each other: each empty role can take one
 * of them, and each of the others costs at least its cheapest choice.
 * @param below the cost to beat
 */
export function searchExactly(
  grid: FrontGrid,
  changes: FrontChanges,
  roles: number,
  below: number,
  atLeast: number,
  work: FrontWork,
): ExactSearch {
  const branches = new ChangeBranches(grid, changes, roles, below, atLeast, work)
  const isProven = branches.search()
  return { found: branches.found, isProven }
}

/** The current choices, and the cheapest roles of all branches that were finished. */
class ChangeBranches {
  found: readonly GridRole[] | undefined
  private best: number
  /** The number of roles that are not empty. The roles after them are empty. */
  private used = 0
  private givenUp = 0
  private readonly isGivenUp: Uint8Array
  private readonly weight: readonly number[]
  private readonly state: CoveredCells
  private readonly grid: FrontGrid
  private readonly changes: FrontChanges
  private readonly prices: ReturnType<typeof pricesOf>
  private readonly roles: number
  private readonly atLeast: number
  private readonly work: FrontWork

  constructor(grid: FrontGrid, changes: FrontChanges, roles: number, below: number, atLeast: number, work: FrontWork) {
    const { grantRow, grantColumn } = grid
    this.grid = grid
    this.changes = changes
    this.prices = pricesOf(changes)
    this.roles = roles
    this.best = below
    this.atLeast = atLeast
    this.work = work
    const state = new CoveredCells(grid)
    for (let role = 0; role < roles; role++) state.push([], [])
    this.state = state
    this.isGivenUp = new Uint8Array(grantRow.length)
    this.weight = Array.from(grantRow, (row, g) => state.weight(row, grantColumn[g]!))
  }

  /** False if the work budget is used up; true if the best result below the current choices is known. */
  search(): boolean {
    const { state } = this
    const cost = this.cost
    if (cost >= this.best) return true
    const open = this.openGrants()
    if (open === undefined) return false
    const [next] = open
    if (next === undefined) {
      // A role may cover a grant that was given up earlier, so the cost is counted again.
      this.best = state.changes
      this.found = state.roles()
      return true
    }
    if (cost + this.boundOf(next.least, open) >= this.best) return true
    for (const { role } of next.choices) {
      const isDone = role < 0 ? this.giveUp(next.grant) : this.join(next.grant, role)
      if (!isDone) return false
      if (this.best <= this.atLeast) return true
    }
    return true
  }

  /** The cost of the current choices. */
  private get cost(): number {
    return this.state.added + this.givenUp
  }

  private giveUp(grant: number): boolean {
    this.isGivenUp[grant] = 1
    this.givenUp += this.weight[grant]!
    const isDone = this.search()
    this.givenUp -= this.weight[grant]!
    this.isGivenUp[grant] = 0
    return isDone
  }

  private join(grant: number, role: number): boolean {
    const { state } = this
    const row = this.grid.grantRow[grant]!
    const column = this.grid.grantColumn[grant]!
    const newRow = !state.hasRow(role, row)
    const newColumn = !state.hasColumn(role, column)
    const before = this.used
    if (role === before) this.used++
    if (newRow) state.toggleRow(role, row)
    if (newColumn) state.toggleColumn(role, column)
    const isDone = this.search()
    if (newColumn) state.toggleColumn(role, column)
    if (newRow) state.toggleRow(role, row)
    this.used = before
    return isDone
  }

  /** The grants that no role covers, those whose cheapest choice costs the most first. Undefined if the work budget is used up. */
  private openGrants(): OpenGrant[] | undefined {
    const { state, isGivenUp } = this
    const { grantRow, grantColumn } = this.grid
    const open: OpenGrant[] = []
    for (let grant = 0; grant < grantRow.length; grant++) {
      if (isGivenUp[grant] === 1 || state.isCovered(grantRow[grant]!, grantColumn[grant]!)) continue
      open.push(this.choicesOf(grant))
    }
    if (!this.work.spend(open.length * (1 + this.used) * 8)) return undefined
    return open.sort((a, b) => b.least - a.least || b.apart - a.apart || a.choices.length - b.choices.length)
  }

  private choicesOf(grant: number): OpenGrant {
    const { best, used } = this
    const row = this.grid.grantRow[grant]!
    const column = this.grid.grantColumn[grant]!
    const choices: Choice[] = []
    for (let role = 0; role < used; role++) {
      const cost = this.costOfJoining(role, row, column)
      if (this.cost + cost < best) choices.push({ role, cost })
    }
    const weight = this.weight[grant]!
    if (this.prices.missing === 1 && this.cost + weight < best) choices.push({ role: -1, cost: weight })
    const apart = choices.reduce((least, { cost }) => Math.min(least, cost), best)
    if (used < this.roles) choices.push({ role: used, cost: 0 })
    choices.sort((a, b) => a.cost - b.cost)
    return { grant, apart, least: choices[0]?.cost ?? best, choices }
  }

  private costOfJoining(role: number, row: number, column: number): number {
    const { state, grid } = this
    const newRow = !state.hasRow(role, row)
    const newColumn = !state.hasColumn(role, column)
    let cells = 0
    const add = (r: number, c: number) => {
      if (grid.isGrant[r * grid.columnCount + c] === 0 && !state.isCovered(r, c)) cells += state.weight(r, c)
    }
    if (newRow) for (const c of state.columns[role]!) add(row, c)
    if (newColumn) for (const r of state.rows[role]!) add(r, column)
    this.work.spend((newRow ? state.columns[role]!.length : 0) + (newColumn ? state.rows[role]!.length : 0))
    return cells === 0 ? 0 : cells * this.prices.added
  }

  /** A lower bound of what the open grants will cost. `least` is the highest of their least costs. */
  private boundOf(least: number, open: readonly OpenGrant[]): number {
    const apart: OpenGrant[] = []
    for (const one of open.toSorted((a, b) => b.apart - a.apart)) {
      if (one.apart === 0) break
      if (apart.every((other) => isIncompatible(this.grid, one.grant, other.grant))) apart.push(one)
    }
    this.work.spend(open.length * Math.max(1, apart.length))
    const costs = apart.map((one) => one.apart).sort((a, b) => a - b)
    const empty = this.roles - this.used
    let paid = 0
    for (const cost of costs.slice(0, Math.max(0, costs.length - empty))) {
      // One added cell may serve two of these grants, and two of them in one empty role add at least one cell.
      paid += this.changes === 'remove' ? cost : empty === 0 ? cost / 2 : Math.min(1, cost / 2)
    }
    return Math.max(least, Math.ceil(paid))
  }
}
