import type { FrontChanges, FrontWork } from './changes.ts'
import type { FrontGrid } from './front-grid.ts'

/**
 * Grants of which no two fit into one role (positions in the grid), and how many disjoint copies of the set there are: rows,
 * columns and grants count as often as their weight.
 */
interface IncompatibleSet {
  readonly grants: readonly number[]
  readonly times: number
}

/**
 * Sets with prices, both ascending: the cost of each of its grants if it is missing, and the least number of grants that each pair adds.
 */
type PricedSets = readonly (IncompatibleSet & {
  readonly single: readonly number[]
  readonly pair: readonly number[]
})[]

/** What two sets of incompatible grants must not share, so that their changes add up. */
type Apart = 'grants' | 'rows' | 'columns'

/**
 * A lower bound of the changes for each number of roles. Of m incompatible grants, k roles cover m - k together with others.
 * Each of these is missing, or a role that covers two adds a cell where they cross. A role with s of them adds at least s (s -
 * 1) / 2 cells. Several sets add up if they have no grant in common and, when cells may be added, no copy of a row or no copy
 * of a column.
 */
export class FrontBounds {
  private readonly grid: FrontGrid
  private readonly changes: FrontChanges
  private readonly ways: readonly PricedSets[]

  /** @param first known incompatible grants; others are found greedily */
  constructor(grid: FrontGrid, changes: FrontChanges, first: readonly number[], work: FrontWork) {
    this.grid = grid
    this.changes = changes
    const apart: readonly Apart[] = changes === 'remove' ? ['grants'] : ['rows', 'columns']
    this.ways = apart.map((one) =>
      incompatibleSets(grid, one, first, work).map((set) => ({ ...set, ...this.pricesOf(set.grants, one) })),
    )
  }

  /** The number of grants that are at least missing or added with this number of roles. */
  atLeast(roles: number): number {
    if (this.changes === 'add' && roles === 0) return this.grid.grantRow.length === 0 ? 0 : Number.POSITIVE_INFINITY
    return this.ways.reduce((most, sets) => Math.max(most, this.sumOf(sets, roles)), 0)
  }

  private sumOf(sets: PricedSets, roles: number): number {
    let sum = 0
    for (const { grants, times, single, pair } of sets) {
      const beyond = grants.length - roles
      if (beyond <= 0) continue
      let least = 0
      if (this.changes === 'remove') for (let i = 0; i < beyond; i++) least += single[i]!
      else if (this.changes === 'add') {
        for (let i = pairsWithin(grants.length, roles) - 1; i >= 0; i--) least += pair[i]!
      } else {
        // Each grant beyond the number of roles is missing or costs a pair.
        for (let i = 0, j = 0; i + j < beyond; ) {
          const isSingle = (single[i] ?? Number.POSITIVE_INFINITY) <= (pair[j] ?? Number.POSITIVE_INFINITY)
          least += isSingle ? single[i++]! : pair[j++]!
        }
      }
      sum += times * least
    }
    return sum
  }

  private pricesOf(grants: readonly number[], apart: Apart): { single: number[]; pair: number[] } {
    const { grantRow, grantColumn, rowWeight, columnWeight, columnCount, isGrant } = this.grid
    // The sets do not share copies of a row (or a column), so the price is for one copy of it.
    const weightOf = (row: number, column: number) => (apart === 'rows' ? columnWeight[column]! : rowWeight[row]!)
    const single = grants.map((g) => (apart === 'grants' ? 1 : weightOf(grantRow[g]!, grantColumn[g]!))).sort(ascending)
    const pair: number[] = []
    const priceOf = (row: number, column: number) =>
      isGrant[row * columnCount + column] === 1 ? 0 : weightOf(row, column)
    if (apart === 'grants') return { single, pair }
    for (let i = 1; i < grants.length; i++) {
      for (let j = 0; j < i; j++) {
        // In very large sets each pair counts one, without reading its cells.
        if (grants.length > mostPriced) pair.push(1)
        else {
          const [g, h] = [grants[i]!, grants[j]!]
          pair.push(priceOf(grantRow[g]!, grantColumn[h]!) + priceOf(grantRow[h]!, grantColumn[g]!))
        }
      }
    }
    return { single, pair: pair.sort(ascending) }
  }
}

const mostPriced = 1000
const mostSets = 256

/** The number of pairs of grants in the same role when the grants are divided among the roles as evenly as possible. */
export function pairsWithin(grants: number, roles: number): number {
  const each = Math.floor(grants / roles)
  const larger = grants - each * roles
  return larger * ((each * (each + 1)) / 2) + (roles - larger) * ((each * (each - 1)) / 2)
}

function incompatibleSets(grid: FrontGrid, apart: Apart, first: readonly number[], work: FrontWork): IncompatibleSet[] {
  const { grantRow, grantColumn, rowWeight, columnWeight, columnCount, rowCount } = grid
  const held = new Uint32Array(rowCount)
  const holders = new Uint32Array(columnCount)
  for (let g = 0; g < grantRow.length; g++) {
    held[grantRow[g]!]!++
    holders[grantColumn[g]!]!++
  }
  // Grants with few others in their row and column fit with few.
  const order = [...grantRow.keys()].sort(
    (a, b) =>
      held[grantRow[a]!]! * holders[grantColumn[a]!]! - held[grantRow[b]!]! * holders[grantColumn[b]!]! || a - b,
  )
  const left = {
    grants: () => Uint32Array.from(grantRow, (row, g) => rowWeight[row]! * columnWeight[grantColumn[g]!]!),
    rows: () => rowWeight.slice(),
    columns: () => columnWeight.slice(),
  }[apart]()
  const place = (g: number) => ({ grants: g, rows: grantRow[g], columns: grantColumn[g] })[apart]!
  const sets: IncompatibleSet[] = []
  let grants = [...first]
  while (sets.length < mostSets) {
    for (const g of order) {
      if (left[place(g)] === 0 || grants.includes(g)) continue
      if (!work.spend(grants.length)) break
      if (grants.every((h) => isIncompatible(grid, g, h))) grants.push(g)
    }
    if (grants.length < 2) break
    const times = grants.reduce((least, g) => Math.min(least, left[place(g)]!), Number.POSITIVE_INFINITY)
    for (const g of grants) left[place(g)]! -= times
    sets.push({ grants, times })
    if (work.isUsedUp) break
    grants = []
  }
  return sets
}

export function isIncompatible(
  { grantRow, grantColumn, isGrant, columnCount }: FrontGrid,
  g: number,
  h: number,
): boolean {
  return (
    isGrant[grantRow[g]! * columnCount + grantColumn[h]!] === 0 ||
    isGrant[grantRow[h]! * columnCount + grantColumn[g]!] === 0
  )
}

function ascending(a: number, b: number): number {
  return a - b
}
