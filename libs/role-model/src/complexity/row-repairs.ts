import { bitCount, columnsOf, isEmpty, isWithin, remove } from './bit-sets.ts'
import type { RoleState } from './role-state.ts'

/** Which sets of columns may be a role; all when undefined. */
export type ColumnRule = ((columns: Int32Array) => boolean) | undefined

/** Makes a state hold again after roles were changed: each row has what it needs, and nothing that is needless stays. */
export class RowRepairs {
  private readonly state: RoleState
  private readonly isAllowed: ColumnRule
  private readonly missing: Int32Array

  constructor(state: RoleState, isAllowed: ColumnRule) {
    this.state = state
    this.isAllowed = isAllowed
    this.missing = new Int32Array(state.words)
  }

  /** Mends a row, takes what is needless from it, and adds the roles concerned to `touched`. */
  mendAndReduce(row: number, touched: Set<number>): void {
    const { rolesOf } = this.state
    this.mend(row, false)
    for (const role of rolesOf[row]!) touched.add(role)
    this.reduce(row, touched)
  }

  /** Adds roles until the row is made up of them: the one that adds most each time, a role of the rest when none adds. */
  mend(row: number, isReducing: boolean): void {
    const { state, missing } = this
    missing.set(state.needBits[row]!)
    for (const role of state.rolesOf[row]!) {
      const columns = state.roles[role] as Int32Array
      for (const w of state.wordsOf[role]!) missing[w]! &= ~columns[w]!
    }
    let list = state.rolesOf[row]!
    while (!isEmpty(missing)) {
      let role = this.roleThatAddsMost(row)
      if (role < 0) role = state.addRole(this.roleOfMissing())
      list = [...list, role]
      remove(missing, state.roles[role] as Int32Array)
    }
    if (isReducing) list = this.withoutNeedless(row, list, -1)
    if (list !== state.rolesOf[row]) state.setRoles(row, list)
  }

  reduce(row: number, touched: Set<number>): void {
    const { state } = this
    const list = state.rolesOf[row]!
    const reduced = this.withoutNeedless(row, list, -1)
    if (reduced.length === list.length) return
    for (const role of list) touched.add(role)
    state.setRoles(row, reduced)
  }

  /** The row takes the role if it gets rid of others by that: of more than one, or of one where `isEager`. */
  take(row: number, role: number, isEager: boolean, touched: Set<number>): void {
    const { state } = this
    const list = state.rolesOf[row]!
    const reduced = this.withoutNeedless(row, [...list, role], role)
    if (reduced.length > list.length || (!isEager && reduced.length === list.length)) return
    for (const other of list) touched.add(other)
    state.setRoles(row, reduced)
  }

  /** Takes from each role the columns that all its rows have from another one; drops roles without rows or columns. */
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
    // Of the words that are not empty alone: in sparse access they are few of many.
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

  /** The role within what the row holds that has most of what is missing; -1 when none has any. */
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

  /** The list without roles that the others make needless, the ones of least weight first; `stays` stays. */
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

  /** What is missing as a role, as far as it is allowed. */
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
