import { type AccessGrid, isGranted, type Rectangle } from '../access-grid.ts'
import type { DescriptionPrices } from '../role-model-settings.ts'

/** The number of grants that may still be added. All parts of the access share it. */
export interface AddedBudget {
  left: number
}

/** How many roles cover each grant, and what a role saves. */
export class CoveredGrants {
  readonly grid: AccessGrid
  readonly prices: DescriptionPrices
  /** For each grant the number of roles that cover it. A grant that needs no role counts as covered once. */
  readonly times: Int32Array
  private readonly budget: AddedBudget

  constructor(grid: AccessGrid, needed: Uint8Array, prices: DescriptionPrices, budget: AddedBudget) {
    this.grid = grid
    this.prices = prices
    this.times = Int32Array.from(needed, (isNeeded) => 1 - isNeeded)
    this.budget = budget
  }

  cover(rectangle: Rectangle): void {
    this.count(rectangle, 1)
  }

  uncover(rectangle: Rectangle): void {
    this.count(rectangle, -1)
  }

  isAffordable(rectangle: Rectangle): boolean {
    return this.zerosOf(rectangle) <= this.budget.left
  }

  /** By how much the description would be longer without this role, which is already counted. */
  gainOf(rectangle: Rectangle): number {
    const { grid, prices, times } = this
    const { rowOffset, rowColumn, rowWeight, columnWeight } = grid
    const isIn = new Set(rectangle.columns)
    let gain = -prices.role - prices.entitlement * this.weightOf(rectangle.columns)
    for (const row of rectangle.rows) {
      gain -= prices.membership * rowWeight[row]!
      for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++) {
        if (times[g] === 1 && isIn.has(rowColumn[g]!))
          gain += prices.missing * rowWeight[row]! * columnWeight[rowColumn[g]!]!
      }
    }
    return gain
  }

  /** The number of entitlements that the columns represent. */
  weightOf(columns: Uint32Array): number {
    const { columnWeight } = this.grid
    let sum = 0
    for (const column of columns) sum += columnWeight[column]!
    return sum
  }

  private count(rectangle: Rectangle, by: 1 | -1): void {
    const { times } = this
    const { rowOffset, rowColumn } = this.grid
    const isIn = new Set(rectangle.columns)
    for (const row of rectangle.rows) {
      for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++) if (isIn.has(rowColumn[g]!)) times[g]! += by
    }
    if (this.budget.left !== Number.POSITIVE_INFINITY) this.budget.left -= by * this.zerosOf(rectangle)
  }

  /** The number of grants that the rectangle adds, over all identities and entitlements of its rows and columns. */
  private zerosOf({ rows, columns }: Rectangle): number {
    const { grid, prices } = this
    if (prices.added === Number.POSITIVE_INFINITY) return 0
    let zeros = 0
    for (const row of rows) {
      for (const column of columns) {
        if (!isGranted(grid, row, column)) zeros += grid.rowWeight[row]! * grid.columnWeight[column]!
      }
    }
    return zeros
  }
}
