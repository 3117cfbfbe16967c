import { type FrontChanges, type FrontWork, pricesOf } from './changes.ts'
import { CoveredCells, type GridRole } from './covered-cells.ts'
import { isIncompatible } from './front-bounds.ts'
import type { FrontGrid } from './front-grid.ts'

/** What a search came to: undefined when nothing cheaper was found; `isProven` when there is nothing cheaper. */
interface ExactSearch {
  readonly found: readonly GridRole[] | undefined
  readonly isProven: boolean
}

/** A grant that nothing covers, and what may become of it. */
interface OpenGrant {
  readonly grant: number
  /** What it costs outside of the empty roles, and in all. */
  readonly apart: number
  readonly least: number
  /** The cheapest first; a role below zero gives the grant up. */
  readonly choices: readonly Choice[]
}

interface Choice {
  readonly role: number
  readonly cost: number
}

/**
 * Branch and bound for the fewest changes with so many roles. A grant that nothing covers goes into one of the roles, into
 * one that is empty still, or is given up; the role is then all rows by all columns of its grants, and what it adds only grows.
 * The grant with the dearest cheapest choice comes first. Of the grants left that are incompatible, all but as many as there
 * are empty roles pay for their cheapest choice.
 * @param below the cost to be beaten
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

/** The choices made so far on the way down, and the cheapest roles of all ways that were gone to the end. */
class ChangeBranches {
  found: readonly GridRole[] | undefined
  private best: number
  /** Roles that have something; those after them are empty. */
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

  /** False when the work is used up; true when everything below here is known. */
  search(): boolean {
    const { state } = this
    const cost = this.cost
    if (cost >= this.best) return true
    const open = this.openGrants()
    if (open === undefined) return false
    const [next] = open
    if (next === undefined) {
      // What was given up may have come to be covered all the same.
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

  /** Of the choices made. */
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

  /** Grants that nothing covers, the one with the dearest cheapest choice first; undefined when the work is used up. */
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

  /** What the open grants will cost at least, the dearest of which costs `least`. */
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
      // A cell may be added for two of them at once, and two of them in one empty role add a cell at least.
      paid += this.changes === 'remove' ? cost : empty === 0 ? cost / 2 : Math.min(1, cost / 2)
    }
    return Math.max(least, Math.ceil(paid))
  }
}
