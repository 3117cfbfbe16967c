import type { FrontGrid } from './front-grid.ts'

/** Rows and columns of a grid, in any order. */
export interface GridRole {
  readonly rows: Uint32Array
  readonly columns: Uint32Array
}

/** Roles over a grid, each with any rows and any columns, and the grants that they leave missing and add. */
export class CoveredCells {
  readonly grid: FrontGrid
  readonly rows: number[][] = []
  readonly columns: number[][] = []
  /** The weight of the grants that no role gives, and of the cells that roles give and no identity holds. */
  missing = 0
  added = 0
  private readonly rowIn: Uint8Array[] = []
  private readonly columnIn: Uint8Array[] = []
  /** How many roles give each cell. */
  private readonly cover: Uint16Array

  constructor(grid: FrontGrid) {
    this.grid = grid
    this.cover = new Uint16Array(grid.rowCount * grid.columnCount)
    for (let g = 0; g < grid.grantRow.length; g++) this.missing += this.weight(grid.grantRow[g]!, grid.grantColumn[g]!)
  }

  get roleCount(): number {
    return this.rows.length
  }

  static of(grid: FrontGrid, roles: readonly GridRole[]): CoveredCells {
    const state = new CoveredCells(grid)
    for (const { rows, columns } of roles) state.push(rows, columns)
    return state
  }

  roles(): GridRole[] {
    return this.rows.map((rows, role) => ({
      rows: Uint32Array.from(rows),
      columns: Uint32Array.from(this.columns[role]!),
    }))
  }

  get changes(): number {
    return this.missing + this.added
  }

  weight(row: number, column: number): number {
    return this.grid.rowWeight[row]! * this.grid.columnWeight[column]!
  }

  isCovered(row: number, column: number): boolean {
    return this.cover[row * this.grid.columnCount + column]! > 0
  }

  hasRow(role: number, row: number): boolean {
    return this.rowIn[role]![row] === 1
  }

  hasColumn(role: number, column: number): boolean {
    return this.columnIn[role]![column] === 1
  }

  push(rows: Iterable<number>, columns: Iterable<number>): void {
    const role = this.roleCount
    this.rows.push([])
    this.columns.push([])
    this.rowIn.push(new Uint8Array(this.grid.rowCount))
    this.columnIn.push(new Uint8Array(this.grid.columnCount))
    for (const column of columns) this.toggleColumn(role, column)
    for (const row of rows) this.toggleRow(role, row)
  }

  /** Removes a role. The last role gets its number. */
  drop(role: number): void {
    for (const row of [...this.rows[role]!]) this.toggleRow(role, row)
    for (const list of [this.rows, this.columns, this.rowIn, this.columnIn] as unknown[][]) {
      const last = list.pop()
      if (role < list.length) list[role] = last
    }
  }

  toggleRow(role: number, row: number): void {
    const step = this.rowIn[role]![row] === 1 ? -1 : 1
    for (const column of this.columns[role]!) this.change(row, column, step)
    this.rowIn[role]![row]! ^= 1
    this.rows[role] = step > 0 ? [...this.rows[role]!, row] : this.rows[role]!.filter((one) => one !== row)
  }

  toggleColumn(role: number, column: number): void {
    const step = this.columnIn[role]![column] === 1 ? -1 : 1
    for (const row of this.rows[role]!) this.change(row, column, step)
    this.columnIn[role]![column]! ^= 1
    this.columns[role] =
      step > 0 ? [...this.columns[role]!, column] : this.columns[role]!.filter((one) => one !== column)
  }

  /** By how much the total price would change if a row joined a role or, if it is a member, left it. */
  gainOfRow(role: number, row: number, missing: number, added: number): number {
    const { isGrant, columnCount } = this.grid
    const alone = this.rowIn[role]![row] === 1 ? 1 : 0
    let change = 0
    for (const column of this.columns[role]!) {
      if (this.cover[row * columnCount + column] !== alone) continue
      change +=
        isGrant[row * columnCount + column] === 1
          ? -missing * this.weight(row, column)
          : added * this.weight(row, column)
    }
    return alone === 1 ? -change : change
  }

  gainOfColumn(role: number, column: number, missing: number, added: number): number {
    const { isGrant, columnCount } = this.grid
    const alone = this.columnIn[role]![column] === 1 ? 1 : 0
    let change = 0
    for (const row of this.rows[role]!) {
      if (this.cover[row * columnCount + column] !== alone) continue
      change +=
        isGrant[row * columnCount + column] === 1
          ? -missing * this.weight(row, column)
          : added * this.weight(row, column)
    }
    return alone === 1 ? -change : change
  }

  private change(row: number, column: number, step: number): void {
    const cell = row * this.grid.columnCount + column
    const before = this.cover[cell]!
    this.cover[cell] = before + step
    if (before > 0 && before + step > 0) return
    const weight = this.weight(row, column)
    if (this.grid.isGrant[cell] === 1) this.missing += step > 0 ? -weight : weight
    else this.added += step > 0 ? weight : -weight
  }
}
