import { bitCount, columnsOf, isEmpty, isWithin, remove } from './bit-sets.ts'
import type { RoleState } from './role-state.ts'

/** Says which sets of columns may be a role. If undefined, all may. */
export type ColumnRule = ((columns: Int32Array) => boolean) | undefined

/** Repairs a state after roles were changed: each row gets the columns that it needs, and roles that it does not need are removed. */
export class RowRepairs {
  private readonly state: RoleState
  private readonly isAllowed: ColumnRule
  private readonly missing: Int32Array

  constructor(state: RoleState, isAllowed: ColumnRule) {
    this.state = state
    this.isAllowed = isAllowed
    this.missing = new Int32Array(state.words)
  }

  /** Repairs a row, removes its needless roles, and adds the roles concerned to `touched`. */
  mendAndReduce(row: number, touched: Set<number>): void {
    const { rolesOf } = this.state
    const list = this.mended(row, rolesOf[row]!)
    if (list !== rolesOf[row]) this.state.setRoles(row, list)
    for (const role of rolesOf[row]!) touched.add(role)
    this.reduce(row, touched)
  }

  /** Gives a row these roles and further roles that it needs, without needless ones. */
  begin(row: number, list: readonly number[]): void {
    this.state.setRoles(row, this.withoutNeedless(row, this.mended(row, list), -1))
  }

  /**
   * The list with further roles until the row has everything that it needs. Each step adds the role that gives most of the missing columns,
   * or makes a role of the missing columns if no role gives any.
   */
  private mended(row: number, given: readonly number[]): readonly number[] {
    const { state, missing } = this
    if (state.isMadeUp(row, given)) return given
    missing.set(state.needBits[row]!)
    for (const role of given) {
      const columns = state.roles[role] as Int32Array
      for (const w of state.wordsOf[role]!) missing[w]! &= ~columns[w]!
    }
    let list = given
    while (!isEmpty(missing)) {
      let role = this.roleThatAddsMost(row)
      if (role < 0) role = state.addRole(this.roleOfMissing())
      list = [...list, role]
      remove(missing, state.roles[role] as Int32Array)
    }
    return list
  }

  reduce(row: number, touched: Set<number>): void {
    const { state } = this
    const list = state.rolesOf[row]!
    const reduced = this.withoutNeedless(row, list, -1)
    if (reduced.length === list.length) return
    for (const role of list) touched.add(role)
    state.setRoles(row, reduced)
  }

  /** Gives the role to the row if the row can lose more than one other role by it or, when `isEager`, one. */
  take(row: number, role: number, isEager: boolean, touched: Set<number>): void {
    const { state } = this
    const list = state.rolesOf[row]!
    const reduced = this.withoutNeedless(row, [...list, role], role)
    if (reduced.length > list.length || (!isEager && reduced.length === list.length)) return
    for (const other of list) touched.add(other)
    state.setRoles(row, reduced)
  }

  /** Removes from each role the columns that all its rows get from another role. Drops roles without rows or columns. */
  trim(touched: ReadonlySet<number>): void {
    const { state } = this
    const { rowsOf } = state
    for (const role of [...touched].sort((a, b) => a - b)) {
      if (state.roles[role] === undefined) continue
      if (rowsOf[role]!.size > 0) this.trimColumns(role)
      if (rowsOf[role]!.size > 0 && state.wordsOf[role]!.length > 0) {
        const same = state.findTwin(role)
        if (same < 0) continue
        for (const row of [...rowsOf[role]!]) {
          const list = state.rolesOf[row]!.filter((other) => other !== role)
          state.setRoles(row, list.includes(same) ? list : [...list, same])
        }
      }
      for (const row of [...rowsOf[role]!]) state.removeFromRow(row, role)
      state.dropRole(role)
    }
  }

  private trimColumns(role: number): void {
    const { roles, rowsOf, rolesOf, needBits, wordsOf } = this.state
    const columns = roles[role] as Int32Array
    const own = wordsOf[role]!
    // Reads only the words that are not empty: in sparse access these are few of many.
    const spare = own.map((w) => columns[w]!)
    let any = -1
    for (const row of rowsOf[role]!) {
      any = 0
      for (let i = 0; i < own.length; i++) {
        const w = own[i]!
        let others = 0
        for (const other of rolesOf[row]!) if (other !== role) others |= (roles[other] as Int32Array)[w]!
        any |= spare[i]! &= others | ~needBits[row]![w]!
      }
      if (any === 0) return
    }
    const fewer = columns.slice()
    for (let i = 0; i < own.length; i++) fewer[own[i]!]! &= ~spare[i]!
    this.state.setColumns(role, fewer)
  }

  /** The role that the row may have and that gives most of the missing columns; -1 if no role gives any. */
  private roleThatAddsMost(row: number): number {
    const { missing } = this
    const { roles, lead, wordsOf, rowBits } = this.state
    const held = rowBits[row]!
    let most = 0
    let found = -1
    for (let role = 0; role < roles.length; role++) {
      if ((lead[2 * role]! & ~held[lead[2 * role + 1]!]!) !== 0) continue
      const columns = roles[role]
      if (columns === undefined || !isWithin(columns, held, wordsOf[role]!)) continue
      let gain = 0
      for (const w of wordsOf[role]!) gain += bitCount(columns[w]! & missing[w]!)
      if (gain > most) {
        most = gain
        found = role
      }
    }
    return found
  }

  /** The list without the roles that other roles make needless, the lightest first. `stays` is not removed. */
  private withoutNeedless(row: number, list: readonly number[], stays: number): number[] {
    const { roles, wordsOf, weightOf } = this.state
    const need = this.state.needBits[row]!
    const kept = list.slice()
    const order = list.filter((role) => role !== stays).sort((a, b) => weightOf[a]! - weightOf[b]! || a - b)
    for (const role of order) {
      const columns = roles[role] as Int32Array
      let isNeedless = true
      for (const w of wordsOf[role]!) {
        let others = 0
        for (const other of kept) if (other !== role) others |= (roles[other] as Int32Array)[w]!
        isNeedless = (columns[w]! & ~others & need[w]!) === 0
        if (!isNeedless) break
      }
      if (isNeedless) kept.splice(kept.indexOf(role), 1)
    }
    return kept
  }

  /** A role of the missing columns that the rule allows. */
  private roleOfMissing(): Int32Array {
    const { missing, isAllowed } = this
    if (isAllowed === undefined || isAllowed(missing)) return missing.slice()
    const columns = new Int32Array(missing.length)
    let isFirst = true
    for (const column of columnsOf(missing)) {
      columns[column >>> 5]! |= 1 << (column & 31)
      if (!isFirst && !isAllowed(columns)) columns[column >>> 5]! &= ~(1 << (column & 31))
      isFirst = false
    }
    return columns
  }
}
