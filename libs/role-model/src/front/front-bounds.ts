import type { FrontChanges, FrontWork } from './changes.ts'
import type { FrontGrid } from './front-grid.ts'

/**
 * Grants of which no two fit into one role (positions in the grid), and how many times they count: so often each of their
 * rows, or each of them, is left for other sets.
 */
interface IncompatibleSet {
  readonly grants: readonly number[]
  readonly times: number
}

/**
 * How few changes there must be with each number of roles. Of m incompatible grants, k roles cover m - k with others: each of
 * those is missing, or a role that covers two adds a cell where they cross. A role with s of them adds at least s (s - 1) / 2
 * cells. Sets count together when they have no grant in common, and where cells may be added no copy of a row.
 */
export class FrontBounds {
  private readonly grid: FrontGrid
  private readonly changes: FrontChanges
  private readonly sets: readonly IncompatibleSet[]
  /** Per set what its grants cost if they are missing, and what each pair adds at least; ascending. */
  private readonly prices: readonly { readonly single: readonly number[]; readonly pair: readonly number[] }[]

  /** @param first incompatible grants that are known; others are looked for greedily */
  constructor(grid: FrontGrid, changes: FrontChanges, first: readonly number[], work: FrontWork) {
    this.grid = grid
    this.changes = changes
    this.sets = incompatibleSets(grid, changes, first, work)
    this.prices = this.sets.map(({ grants }) => this.pricesOf(grants))
  }

  /** With so many roles at least so many grants are missing or added. */
  atLeast(roles: number): number {
    let sum = 0
    for (const [s, { grants, times }] of this.sets.entries()) {
      const { single, pair } = this.prices[s]
      const beyond = grants.length - roles
      if (beyond <= 0) continue
      let least = 0
      if (this.changes === 'remove') for (let i = 0; i < beyond; i++) least += single[i]
      else if (this.changes === 'add') {
        if (roles === 0) return Number.POSITIVE_INFINITY
        for (let i = 0; i < pairsWithin(grants.length, roles); i++) least += pair[i]
      } else {
        // Each grant beyond the roles is missing or costs a pair.
        for (let i = 0, j = 0; i + j < beyond; )
          least += (single[i] ?? Infinity) <= (pair[j] ?? Infinity) ? single[i++] : pair[j++]
      }
      sum += times * least
    }
    return sum
  }

  private pricesOf(grants: readonly number[]): { single: number[]; pair: number[] } {
    const { grantRow, grantColumn, columnWeight, columnCount, isGrant } = this.grid
    const single = grants.map((g) => (this.changes === 'remove' ? 1 : columnWeight[grantColumn[g]])).sort(ascending)
    const pair: number[] = []
    // So many pairs are at least added with one role; of very large sets each counts one.
    if (this.changes !== 'remove' && grants.length <= mostPriced) {
      for (const [i, g] of grants.entries()) {
        for (const h of grants.slice(0, i)) {
          const gh = isGrant[grantRow[g] * columnCount + grantColumn[h]] === 1 ? 0 : columnWeight[grantColumn[h]]
          const hg = isGrant[grantRow[h] * columnCount + grantColumn[g]] === 1 ? 0 : columnWeight[grantColumn[g]]
          pair.push(gh + hg)
        }
      }
      pair.sort(ascending)
    } else if (this.changes !== 'remove') {
      for (let i = 0; i < (grants.length * (grants.length - 1)) / 2; i++) pair.push(1)
    }
    return { single, pair }
  }
}

const mostPriced = 1000
const mostSets = 256

/** Pairs that share a role when so many grants are dealt to so many roles as evenly as can be. */
export function pairsWithin(grants: number, roles: number): number {
  const each = Math.floor(grants / roles)
  const larger = grants - each * roles
  return larger * ((each * (each + 1)) / 2) + (roles - larger) * ((each * (each - 1)) / 2)
}

function incompatibleSets(
  grid: FrontGrid,
  changes: FrontChanges,
  first: readonly number[],
  work: FrontWork,
): IncompatibleSet[] {
  const { grantRow, grantColumn, rowWeight, columnWeight, columnCount, rowCount } = grid
  const held = new Uint32Array(rowCount)
  const holders = new Uint32Array(columnCount)
  for (let g = 0; g < grantRow.length; g++) {
    held[grantRow[g]]++
    holders[grantColumn[g]]++
  }
  // Grants with few others around them fit with few.
  const order = [...grantRow.keys()].sort(
    (a, b) => held[grantRow[a]] * holders[grantColumn[a]] - held[grantRow[b]] * holders[grantColumn[b]] || a - b,
  )
  const left =
    changes === 'remove'
      ? Uint32Array.from(grantRow, (row, g) => rowWeight[row] * columnWeight[grantColumn[g]])
      : rowWeight.slice()
  const place = (g: number) => (changes === 'remove' ? g : grantRow[g])
  const sets: IncompatibleSet[] = []
  let grants = [...first]
  while (sets.length < mostSets) {
    for (const g of order) {
      if (left[place(g)] === 0 || grants.includes(g)) continue
      if (!work.spend(grants.length)) break
      if (grants.every((h) => isIncompatible(grid, g, h))) grants.push(g)
    }
    if (grants.length < 2) break
    const times = grants.reduce((least, g) => Math.min(least, left[place(g)]), Number.POSITIVE_INFINITY)
    for (const g of grants) left[place(g)] -= times
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
    isGrant[grantRow[g] * columnCount + grantColumn[h]] === 0 ||
    isGrant[grantRow[h] * columnCount + grantColumn[g]] === 0
  )
}

function ascending(a: number, b: number): number {
  return a - b
}
