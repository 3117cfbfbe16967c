import type { Rectangle } from '../access-grid.ts'
import type { Partners } from '../partners.ts'
import type { CoveredGrants } from './covered-grants.ts'

/** A rectangle that makes the description shorter, and by how much. */
export interface Candidate {
  readonly rectangle: Rectangle
  readonly gain: number
}

/** Rows that gain if they get some columns. */
interface PayingRows {
  readonly rows: Uint32Array
  readonly identities: number
  /** The saving of the rows and columns together, before the price of the role and its columns. */
  readonly value: number
}

/** Fits rectangles to the uncovered grants: it alternates between rows and columns as long as that saves more. */
export class RectangleFit {
  private readonly covered: CoveredGrants
  private readonly partners: Partners
  private readonly minIdentities: number
  private readonly saved: Float64Array
  private readonly held: Float64Array
  private readonly touched: Uint32Array

  constructor(covered: CoveredGrants, partners: Partners, minIdentities: number) {
    const { rowCount, columnCount } = covered.grid
    this.covered = covered
    this.partners = partners
    this.minIdentities = minIdentities
    this.saved = new Float64Array(Math.max(rowCount, columnCount))
    this.held = new Float64Array(Math.max(rowCount, columnCount))
    this.touched = new Uint32Array(Math.max(rowCount, columnCount))
  }

  /** Undefined if nothing around the columns saves anything. The candidate may add more grants than the budget has left. */
  fit(seed: Uint32Array): Candidate | undefined {
    return this.climb(seed, this.covered.prices.added)
  }

  /** The candidate or, if it adds more than the budget has left, one that adds nothing. */
  withinBudget(candidate: Candidate | undefined): Candidate | undefined {
    if (candidate === undefined || this.covered.isAffordable(candidate.rectangle)) return candidate
    return this.climb(candidate.rectangle.columns, Number.POSITIVE_INFINITY)
  }

  /** Whether these columns save more than the price of a role, before the price of the columns. */
  isPaying(columns: Uint32Array): boolean {
    const { prices } = this.covered
    return this.payingRows(columns, prices.added).value > prices.role
  }

  private climb(seed: Uint32Array, added: number): Candidate | undefined {
    const { covered, minIdentities } = this
    const { prices } = covered
    let columns = this.apart(seed)
    let best: Candidate | undefined
    for (let turn = 0; turn < 12 && columns.length > 0; turn++) {
      const { rows, identities, value } = this.payingRows(columns, added)
      if (identities < minIdentities) break
      const gain = value - prices.role - prices.entitlement * covered.weightOf(columns)
      if (best !== undefined && gain <= best.gain + 1e-9) break
      best = { rectangle: { rows, columns }, gain }
      columns = this.payingColumns(rows, added)
    }
    return best !== undefined && best.gain > 1e-9 ? best : undefined
  }

  /** Rows that gain if they get all these columns. */
  private payingRows(columns: Uint32Array, added: number): PayingRows {
    const { saved, held, touched } = this
    const { grid, prices, times } = this.covered
    const { columnOffset, columnRow, columnGrant, rowWeight, columnWeight } = grid
    let total = 0
    let met = 0
    for (const column of columns) {
      const weight = columnWeight[column]!
      total += weight
      const end = columnOffset[column + 1]!
      for (let at = columnOffset[column]!; at < end; at++) {
        const row = columnRow[at]!
        if (held[row] === 0) touched[met++] = row
        held[row]! += weight
        if (times[columnGrant[at]!] === 0) saved[row]! += weight
      }
    }
    const rows: number[] = []
    let identities = 0
    let value = 0
    for (let i = 0; i < met; i++) {
      const row = touched[i]!
      const zeros = total - held[row]!
      const gain = saved[row]! * prices.missing - prices.membership - (zeros === 0 ? 0 : zeros * added)
      if (gain > 1e-9) {
        rows.push(row)
        identities += rowWeight[row]!
        value += gain * rowWeight[row]!
      }
      held[row] = 0
      saved[row] = 0
    }
    return { rows: Uint32Array.from(rows).sort(), identities, value }
  }

  /** Columns that gain if all these rows get them, without forbidden partners. */
  private payingColumns(rows: Uint32Array, added: number): Uint32Array {
    const { saved, held, touched, partners } = this
    const { grid, prices, times } = this.covered
    const { rowOffset, rowColumn, rowWeight } = grid
    let total = 0
    let met = 0
    for (const row of rows) {
      const weight = rowWeight[row]!
      total += weight
      for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++) {
        const column = rowColumn[g]!
        if (held[column] === 0) touched[met++] = column
        held[column]! += weight
        if (times[g] === 0) saved[column]! += weight
      }
    }
    const columns: number[] = []
    const gains = new Map<number, number>()
    for (let i = 0; i < met; i++) {
      const column = touched[i]!
      const zeros = total - held[column]!
      const gain = saved[column]! * prices.missing - prices.entitlement - (zeros === 0 ? 0 : zeros * added)
      if (gain > 1e-9) {
        columns.push(column)
        if (partners !== undefined) gains.set(column, gain)
      }
      held[column] = 0
      saved[column] = 0
    }
    if (partners === undefined) return Uint32Array.from(columns).sort()
    return this.apart(Uint32Array.from(columns.sort((a, b) => (gains.get(b) ?? 0) - (gains.get(a) ?? 0) || a - b)))
  }

  /** The columns without forbidden partners, ascending. Of two partners the one that comes first in the list stays. */
  private apart(columns: Uint32Array): Uint32Array {
    const { partners } = this
    if (partners === undefined) return columns
    const chosen = new Set<number>()
    for (const column of columns) if (!partners[column]!.some((other) => chosen.has(other))) chosen.add(column)
    return Uint32Array.from(chosen).sort()
  }
}
