import { type FrontChanges, type FrontWork, pricesOf } from './changes.ts'
import { CoveredCells, type GridRole } from './covered-cells.ts'
import { isIncompatible } from './front-bounds.ts'
import type { FrontGrid } from './front-grid.ts'

/** What a search came to: undefined when nothing cheaper was found; `isProven` when there is nothing cheaper. */
interface ExactSearch {
  readonly found: readonly GridRole[] | undefined
  readonly isProven: boolean
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
  const { missing: missingPrice, added: addedPrice } = pricesOf(changes)
  const { grantRow, grantColumn } = grid
  const state = new CoveredCells(grid)
  for (let role = 0; role < roles; role++) state.push([], [])
  const isGivenUp = new Uint8Array(grantRow.length)
  const weight = Array.from(grantRow, (row, g) => state.weight(row, grantColumn[g]!))
  let givenUp = 0
  let used = 0
  let best = below
  let found: readonly GridRole[] | undefined
  const isProven = search()
  return { found, isProven }

  /** False when the work is used up; true when everything below here is known. */
  function search(): boolean {
    const cost = state.added + givenUp
    if (cost >= best) return true
    const open = openGrants()
    if (open === undefined) return false
    if (open.length === 0) {
      // What was given up may have come to be covered all the same.
      best = state.changes
      found = state.roles()
      return true
    }
    if (cost + boundOf(open) >= best) return true
    const [next] = open
    for (const { role } of next!.choices) {
      if (!enter(next!.grant, role)) return false
      if (best <= atLeast) return true
    }
    return true
  }

  function enter(grant: number, role: number): boolean {
    if (role < 0) {
      isGivenUp[grant] = 1
      givenUp += weight[grant]!
      const isDone = search()
      givenUp -= weight[grant]!
      isGivenUp[grant] = 0
      return isDone
    }
    const row = grantRow[grant]!
    const column = grantColumn[grant]!
    const newRow = !state.hasRow(role, row)
    const newColumn = !state.hasColumn(role, column)
    const before = used
    if (role === used) used++
    if (newRow) state.toggleRow(role, row)
    if (newColumn) state.toggleColumn(role, column)
    const isDone = search()
    if (newColumn) state.toggleColumn(role, column)
    if (newRow) state.toggleRow(role, row)
    used = before
    return isDone
  }

  interface OpenGrant {
    readonly grant: number
    /** What it costs outside of the empty roles, and in all. */
    readonly apart: number
    readonly least: number
    readonly choices: readonly { readonly role: number; readonly cost: number }[]
  }

  /** Grants that nothing covers, the one with the dearest cheapest choice first; undefined when the work is used up. */
  function openGrants(): OpenGrant[] | undefined {
    const open: OpenGrant[] = []
    for (let grant = 0; grant < grantRow.length; grant++) {
      if (isGivenUp[grant] === 1 || state.isCovered(grantRow[grant]!, grantColumn[grant]!)) continue
      const choices: { role: number; cost: number }[] = []
      for (let role = 0; role < used; role++) {
        const cost = costOfJoining(role, grantRow[grant]!, grantColumn[grant]!)
        if (state.added + givenUp + cost < best) choices.push({ role, cost })
      }
      if (missingPrice === 1 && state.added + givenUp + weight[grant]! < best)
        choices.push({ role: -1, cost: weight[grant]! })
      const apart = choices.reduce((least, { cost }) => Math.min(least, cost), best)
      if (used < roles) choices.push({ role: used, cost: 0 })
      choices.sort((a, b) => a.cost - b.cost)
      open.push({ grant, apart, least: choices[0]?.cost ?? best, choices })
    }
    if (!work.spend(open.length * (1 + used) * 8)) return undefined
    return open.sort((a, b) => b.least - a.least || b.apart - a.apart || a.choices.length - b.choices.length)
  }

  function costOfJoining(role: number, row: number, column: number): number {
    const newRow = !state.hasRow(role, row)
    const newColumn = !state.hasColumn(role, column)
    let cells = 0
    const add = (r: number, c: number) => {
      if (grid.isGrant[r * grid.columnCount + c] === 0 && !state.isCovered(r, c)) cells += state.weight(r, c)
    }
    if (newRow) for (const c of state.columns[role]!) add(row, c)
    if (newColumn) for (const r of state.rows[role]!) add(r, column)
    work.spend((newRow ? state.columns[role]!.length : 0) + (newColumn ? state.rows[role]!.length : 0))
    return cells === 0 ? 0 : cells * addedPrice
  }

  function boundOf(open: readonly OpenGrant[]): number {
    const [{ least }] = open as readonly [OpenGrant, ...OpenGrant[]]
    const apart: OpenGrant[] = []
    for (const one of open.toSorted((a, b) => b.apart - a.apart)) {
      if (one.apart === 0) break
      if (apart.every((other) => isIncompatible(grid, one.grant, other.grant))) apart.push(one)
    }
    work.spend(open.length * Math.max(1, apart.length))
    const costs = apart.map((one) => one.apart).sort((a, b) => a - b)
    const empty = roles - used
    let paid = 0
    for (const cost of costs.slice(0, Math.max(0, costs.length - empty))) {
      // A cell may be added for two of them at once, and two of them in one empty role add a cell at least.
      paid += changes === 'remove' ? cost : empty === 0 ? cost / 2 : Math.min(1, cost / 2)
    }
    const together = Math.ceil(paid)
    return Math.max(least, together)
  }
}
