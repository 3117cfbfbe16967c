import { type FrontChanges, type FrontWork, pricesOf } from './changes.ts'
import type { CoveredCells } from './covered-cells.ts'

const mostRounds = 12

/** How many of the smallest roles are tried for merging with every other role. */
const triedRoles = 12

/** Adds rows and columns to roles and removes them, as long as that makes it cheaper. */
export function descend(state: CoveredCells, changes: FrontChanges, work: FrontWork): void {
  const { missing, added } = pricesOf(changes)
  const { rowCount, columnCount } = state.grid
  for (let round = 0; round < mostRounds; round++) {
    let isBetter = false
    for (let role = 0; role < state.roleCount; role++) {
      if (!work.spend(rowCount * state.columns[role]!.length + columnCount * state.rows[role]!.length)) return
      for (let row = 0; row < rowCount; row++) {
        if (state.gainOfRow(role, row, missing, added) >= 0) continue
        state.toggleRow(role, row)
        isBetter = true
      }
      for (let column = 0; column < columnCount; column++) {
        if (state.gainOfColumn(role, column, missing, added) >= 0) continue
        state.toggleColumn(role, column)
        isBetter = true
      }
    }
    if (!isBetter) return
  }
}

/** Removes one role: drops one or merges two, whatever costs least. */
export function withoutOneRole(state: CoveredCells, changes: FrontChanges, work: FrontWork): void {
  const prices = pricesOf(changes)
  let best = { cost: Number.POSITIVE_INFINITY, role: 0, other: -1 }
  if (changes !== 'add') {
    for (let role = 0; role < state.roleCount; role++) {
      if (work.isUsedUp && best.cost < Number.POSITIVE_INFINITY) break
      const cost = costOfDropping(state, role, prices)
      work.spend(state.rows[role]!.length * state.columns[role]!.length)
      if (cost < best.cost) best = { cost, role, other: -1 }
    }
  }
  if (changes !== 'remove') {
    const bySize = [...state.rows.keys()].sort((a, b) => sizeOf(state, a) - sizeOf(state, b) || a - b)
    for (const role of bySize.slice(0, triedRoles)) {
      for (const other of bySize) {
        if (other === role || (work.isUsedUp && best.cost < Number.POSITIVE_INFINITY)) continue
        const cost = costOfMerging(state, role, other, prices, best.cost, work)
        if (cost < best.cost) best = { cost, role, other }
      }
    }
  }
  if (best.other >= 0) merge(state, best.other, best.role)
  state.drop(best.role)
}

function sizeOf(state: CoveredCells, role: number): number {
  return state.rows[role]!.length * state.columns[role]!.length
}

interface Prices {
  readonly missing: number
  readonly added: number
}

/** What dropping the role costs: grants that only it gives would be missing, and cells that only it adds would not be added. */
function costOfDropping(state: CoveredCells, role: number, { missing, added }: Prices): number {
  let cost = 0
  for (const row of state.rows[role]!) cost += state.gainOfRow(role, row, missing, added)
  return cost
}

/**
 * What the two roles would add as one, minus the grants that it would newly cover. Stops early beyond `most` if no grant may be
 * missing.
 */
function costOfMerging(
  state: CoveredCells,
  role: number,
  other: number,
  { missing, added }: Prices,
  most: number,
  work: FrontWork,
): number {
  const { isGrant, columnCount } = state.grid
  const rows = [...state.rows[role]!, ...state.rows[other]!.filter((row) => !state.hasRow(role, row))]
  const columns = [...state.columns[role]!, ...state.columns[other]!.filter((c) => !state.hasColumn(role, c))]
  let cost = 0
  for (const row of rows) {
    work.spend(columns.length)
    for (const column of columns) {
      if (state.isCovered(row, column)) continue
      cost +=
        isGrant[row * columnCount + column] === 1
          ? -missing * state.weight(row, column)
          : added * state.weight(row, column)
    }
    // If grants may be missing, later rows may still lower the cost, because they cover further grants.
    if (cost >= most && missing > 1) return cost
  }
  return cost
}

function merge(state: CoveredCells, into: number, from: number): void {
  for (const row of state.rows[from]!) if (!state.hasRow(into, row)) state.toggleRow(into, row)
  for (const column of state.columns[from]!) if (!state.hasColumn(into, column)) state.toggleColumn(into, column)
}
