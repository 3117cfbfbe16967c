import type { AccessGrid } from '../access-grid.ts'
import { and, columnAt, isEmpty, isEqual, isWithin, or, remove, sizeOf, without } from './bit-sets.ts'
import type { RoleState } from './role-state.ts'
import type { ColumnRule, RowRepairs } from './row-repairs.ts'

interface Tools {
  readonly grid: AccessGrid
  readonly state: RoleState
  readonly repairs: RowRepairs
  readonly isAllowed: ColumnRule
  readonly random: () => number
}

/** A row, one of its roles, and the columns of that role. */
interface Place {
  readonly row: number
  readonly role: number
  readonly columns: Int32Array
}

/** Changes of one or two roles. After each change, every row has the columns that it needs, and no role of a row is unnecessary. */
export class Moves {
  private readonly grid: AccessGrid
  private readonly state: RoleState
  private readonly repairs: RowRepairs
  private readonly isAllowed: ColumnRule
  private readonly random: () => number

  constructor({ grid, state, repairs, isAllowed, random }: Tools) {
    this.grid = grid
    this.state = state
    this.repairs = repairs
    this.isAllowed = isAllowed
    this.random = random
  }

  /** One random move, on a random row and a random role of that row. */
  move(): void {
    const chance = this.random()
    const row = this.pick(this.state.rowCount)
    const list = this.state.rolesOf[row]!
    if (list.length === 0) return
    const role = list[this.pick(list.length)]!
    const place = { row, role, columns: this.state.roles[role] as Int32Array }
    table.find(({ upTo }) => chance < upTo)?.move(this, place)
  }

  /** Joins two roles of a row, for the rows that have both. */
  join({ row, role, columns }: Place): void {
    const list = this.state.rolesOf[row]!
    const other = list[this.pick(list.length)]!
    if (other !== role) this.offer(or(columns, this.state.roles[other] as Int32Array), false)
  }

  /** Makes a role of what two roles share. If one contains the other, that one is the shared role. */
  shareWithRole({ role, columns }: Place): void {
    const other = this.nearRole(columns)
    if (other < 0 || other === role) return
    const block = and(columns, this.state.roles[other] as Int32Array)
    this.factor(role, block)
    if (this.random() < 0.5 && this.state.roles[other] !== undefined) this.factor(other, block)
  }

  removeRole({ role }: Place): void {
    const { state } = this
    const touched = new Set<number>()
    const concerned = [...state.rowsOf[role]!]
    for (const row of concerned) state.removeFromRow(row, role)
    state.dropRole(role)
    for (const row of concerned) this.repairs.mendAndReduce(row, touched)
    this.repairs.trim(touched)
  }

  /** Makes a role of what two rows share. */
  shareRows({ row, columns }: Place): void {
    const other = this.nearRow(columns)
    const { rowBits } = this.state
    this.offer(and(rowBits[row]!, rowBits[other]!), this.random() < 0.5)
  }

  /** Makes a role of the part of a role that another row holds. */
  shareWithRow({ role, columns }: Place): void {
    const other = this.nearRow(columns)
    this.factor(role, and(columns, this.state.rowBits[other]!))
  }

  /** Removes a column from a role, or adds all columns that its rows have in common. */
  resize({ row, role, columns }: Place): void {
    const { rowBits, rowsOf, words } = this.state
    if (this.random() < 0.5) {
      const column = this.columnOf(columns)
      const fewer = columns.slice()
      fewer[column >>> 5]! &= ~(1 << (column & 31))
      this.replace(role, fewer)
    } else {
      const common = rowBits[row]!.slice()
      for (const member of rowsOf[role]!) for (let w = 0; w < words; w++) common[w]! &= rowBits[member]![w]!
      this.replace(role, common)
    }
  }

  /** Gives a row other roles in place of all its roles, or makes a role of the columns that it gets only from this role. */
  remake({ row, role }: Place): void {
    const { state } = this
    if (this.random() < 0.5) {
      const touched = new Set(state.rolesOf[row])
      state.setRoles(row, [])
      this.repairs.mendAndReduce(row, touched)
      this.repairs.trim(touched)
    } else {
      const rest = state.needBits[row]!.slice()
      for (const other of state.rolesOf[row]!) if (other !== role) remove(rest, state.roles[other] as Int32Array)
      this.offer(rest, this.random() < 0.5)
    }
  }

  /** Adds a role for each row that can have it and gains from it or, when `isEager`, loses nothing. */
  private offer(columns: Int32Array, isEager: boolean): void {
    const { state } = this
    if (isEmpty(columns) || state.find(columns) >= 0) return
    if (this.isAllowed !== undefined && !this.isAllowed(columns)) return
    const role = state.addRole(columns)
    const used = state.wordsOf[role]!
    const touched = new Set<number>([role])
    for (let row = 0; row < state.rowCount; row++) {
      if (isWithin(columns, state.rowBits[row]!, used)) this.repairs.take(row, role, isEager, touched)
    }
    this.repairs.trim(touched)
  }

  /** Moves the block from `role` to a separate role, or to the role that has exactly this block. The rows of `role` get both. */
  private factor(role: number, block: Int32Array): void {
    const { state } = this
    const columns = state.roles[role]
    if (columns === undefined || isEmpty(block) || isEqual(block, columns)) return
    let other = state.find(block)
    if (other < 0) {
      if (this.isAllowed !== undefined && !this.isAllowed(block)) return
      other = state.addRole(block)
    }
    state.setColumns(role, without(columns, block))
    const touched = new Set<number>([role, other])
    for (const row of [...state.rowsOf[role]!]) {
      const list = state.rolesOf[row]!
      if (!list.includes(other)) state.setRoles(row, [...list, other])
      this.repairs.reduce(row, touched)
    }
    this.repairs.trim(touched)
  }

  private replace(role: number, columns: Int32Array): void {
    const { state } = this
    if (isEmpty(columns) || state.find(columns) >= 0) return
    if (this.isAllowed !== undefined && !this.isAllowed(columns)) return
    state.setColumns(role, columns)
    const used = state.wordsOf[role]!
    const touched = new Set<number>([role])
    for (const row of [...state.rowsOf[role]!]) this.repairs.mendAndReduce(row, touched)
    for (let row = 0; row < state.rowCount; row++) {
      if (!isWithin(columns, state.rowBits[row]!, used) || state.rolesOf[row]!.includes(role)) continue
      this.repairs.take(row, role, false, touched)
    }
    this.repairs.trim(touched)
  }

  /** A random role that shares a column. */
  private nearRole(columns: Int32Array): number {
    const { roles } = this.state
    const column = this.columnOf(columns)
    let found = -1
    let count = 0
    for (let role = 0; role < roles.length; role++) {
      const other = roles[role]
      if (other === undefined || other === columns || (other[column >>> 5]! & (1 << (column & 31))) === 0) continue
      if (this.pick(++count) === 0) found = role
    }
    return found
  }

  /** A random row that has one of these columns. */
  private nearRow(columns: Int32Array): number {
    const { columnOffset, columnRow } = this.grid
    const column = this.columnOf(columns)
    const begin = columnOffset[column]!
    return columnRow[begin + this.pick(columnOffset[column + 1]! - begin)]!
  }

  /** A random one of these columns; the last column of the grid if there is none. */
  private columnOf(columns: Int32Array): number {
    return columnAt(columns, this.pick(sizeOf(columns))) ?? this.grid.columnCount - 1
  }

  private pick(count: number): number {
    return Math.floor(this.random() * count)
  }
}

/** The move for a random number from 0 to 1: the first whose bound is above it. */
const table: readonly { readonly upTo: number; readonly move: (moves: Moves, place: Place) => void }[] = [
  { upTo: 0.2, move: (moves, place) => moves.join(place) },
  { upTo: 0.4, move: (moves, place) => moves.shareWithRole(place) },
  { upTo: 0.55, move: (moves, place) => moves.removeRole(place) },
  { upTo: 0.7, move: (moves, place) => moves.shareRows(place) },
  { upTo: 0.8, move: (moves, place) => moves.shareWithRow(place) },
  { upTo: 0.9, move: (moves, place) => moves.resize(place) },
  { upTo: 1, move: (moves, place) => moves.remake(place) },
]
