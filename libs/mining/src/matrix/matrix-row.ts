import type { Snapshot } from '../snapshot.ts'
import type { Arranged } from './matrix-question.ts'

/** Reads the cells of one row after the other: assigned columns, columns that only groups give, and columns that roles give. */
export class MatrixRows {
  readonly #snapshot: Snapshot
  readonly #order: Arranged
  /** The mark of a column is the number of the pass that last visited it. */
  readonly #assigned: Uint32Array
  readonly #byGroup: Uint32Array
  readonly #modelled: Uint32Array
  readonly #groupRowOf: Int32Array
  readonly #groupRowSeen: Uint32Array
  #pass = 0
  /** The number of cells visited so far. */
  steps: number = 0

  constructor(snapshot: Snapshot, order: Arranged) {
    this.#snapshot = snapshot
    this.#order = order
    const count = order.columns.length
    this.#assigned = new Uint32Array(count)
    this.#byGroup = new Uint32Array(count)
    this.#modelled = new Uint32Array(count)
    const { closure, entitlementCount } = snapshot
    this.#groupRowOf = new Int32Array(closure === undefined ? 0 : entitlementCount).fill(-1)
    this.#groupRowSeen = new Uint32Array(closure?.givenOffset.length ?? 0)
    if (closure !== undefined)
      for (let at = 0; at < closure.group.length; at++) this.#groupRowOf[closure.group[at]!] = closure.groupRow[at]!
  }

  isAssigned(column: number): boolean {
    return this.#assigned[column] === this.#pass
  }

  isByGroup(column: number): boolean {
    return this.#byGroup[column] === this.#pass
  }

  isModelled(column: number): boolean {
    return this.#modelled[column] === this.#pass
  }

  /**
   * Selects a row, and passes each assigned column to `tell` once. `isAssigned` and the other methods then refer to this row. Call it
   * before `byGroup`.
   */
  assigned(row: number, tell: (column: number) => void): void {
    this.#pass++
    const { rowOffset, rowEntitlement } = this.#snapshot
    const person = this.#order.rows[row]!
    for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) {
      const column = this.#order.columnOf[rowEntitlement[at]!]!
      this.#assigned[column] = this.#pass
      tell(column)
    }
    this.steps += rowOffset[person + 1]! - rowOffset[person]!
  }

  /** Call it after `assigned` for the same row: passes the columns that only groups give. */
  byGroup(row: number, tell: (column: number) => void): void {
    const { rowOffset, rowEntitlement, closure } = this.#snapshot
    if (closure === undefined) return
    const person = this.#order.rows[row]!
    for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) {
      const groupRow: number = this.#groupRowOf[rowEntitlement[at]!]!
      if (groupRow < 0 || this.#groupRowSeen[groupRow] === this.#pass) continue
      this.#groupRowSeen[groupRow] = this.#pass
      const end: number = closure.givenOffset[groupRow + 1]!
      const start: number = closure.givenOffset[groupRow]!
      this.steps += end - start
      for (let given: number = start; given < end; given++) {
        const column = this.#order.columnOf[closure.givenEntitlement[given]!]!
        if (this.#assigned[column] === this.#pass || this.#byGroup[column] === this.#pass) continue
        this.#byGroup[column] = this.#pass
        tell(column)
      }
    }
  }

  /** Call it after `assigned` for the same row: passes each column that roles give, once, and each role that gives it. */
  modelled(
    row: number,
    tell: (column: number) => void,
    tellRole: (role: number, column: number) => void = () => {},
  ): void {
    const { roleOffset, role, roleColumnOffset, roleColumn } = this.#order
    for (let at = roleOffset[row]!; at < roleOffset[row + 1]!; at++) {
      const end = roleColumnOffset[role[at]! + 1]!
      this.steps += end - roleColumnOffset[role[at]!]!
      for (let given = roleColumnOffset[role[at]!]!; given < end; given++) {
        const column = roleColumn[given]!
        tellRole(role[at]!, column)
        if (this.#modelled[column] === this.#pass) continue
        this.#modelled[column] = this.#pass
        tell(column)
      }
    }
  }
}
