import type { AccessGrid } from '../access-grid.ts'
import { hash, isEqual, lowestBit, usedWords } from './bit-sets.ts'

/** A copy of the state to return to. Sets of columns and lists of roles are replaced, never changed, so the copy shares them. */
export interface KeptRoles {
  readonly roles: readonly (Int32Array | undefined)[]
  readonly rolesOf: readonly (readonly number[])[]
}

/**
 * Roles as sets of columns, for each row its roles, the cost of them all, and a journal that undoes the changes since `begin`. It checks no
 * rule: the caller makes sure that each row gets the columns that it needs and none that it does not hold.
 */
export class RoleState {
  /** The columns that each row holds. */
  readonly rowBits: readonly Int32Array[]
  /** What the roles of each row have to give. */
  readonly needBits: readonly Int32Array[]
  readonly rowCount: number
  readonly words: number
  /** The columns of each role, by its number. Undefined if the number is free. */
  readonly roles: (Int32Array | undefined)[] = []
  readonly rowsOf: Set<number>[] = []
  readonly rolesOf: (readonly number[])[]
  readonly weightOf: number[] = []
  /** For each role the words that are not empty; most roles have few of many columns. */
  readonly wordsOf: number[][] = []
  /**
   * For each role its first word that is not empty, and the index of that word. This word alone excludes most roles for most
   * rows.
   */
  lead = new Int32Array(2048)
  /** The number of roles, links of rows and links of columns; each row and column counts as often as its weight. */
  cost = 0
  /** Equal sets of columns have equal keys. Different sets rarely do. */
  private readonly keyOf: number[] = []
  private readonly rolesByKey = new Map<number, number[]>()
  private readonly free: number[] = []
  private readonly grid: AccessGrid
  private readonly rowWeight: Uint32Array
  private readonly columnWeight: Uint32Array
  /** Functions that undo the changes since `begin`, in order. Undefined before `begin`, when nothing is recorded. */
  private journal: (() => void)[] | undefined
  private costBefore = 0

  /** @param needed for each grant 1 if a role has to give it; all grants if absent */
  constructor(grid: AccessGrid, needed: Uint8Array | undefined) {
    const { rowCount, words } = grid
    this.grid = grid
    this.rowCount = rowCount
    this.words = words
    this.rowWeight = grid.rowWeight
    this.columnWeight = grid.columnWeight
    this.rowBits = Array.from(
      { length: rowCount },
      (_, row) => new Int32Array(grid.bits.buffer, grid.bits.byteOffset + row * words * 4, words),
    )
    const isAllNeeded = needed === undefined || needed.every((isNeeded) => isNeeded === 1)
    this.needBits = isAllNeeded ? this.rowBits : neededBits(grid, needed)
    this.rolesOf = Array.from({ length: rowCount }, () => [])
  }

  /** Starts the journal: `undo` reverts to this state. */
  begin(): void {
    this.journal = []
    this.costBefore = this.cost
  }

  undo(): void {
    const { journal = [] } = this
    for (let i = journal.length - 1; i >= 0; i--) journal[i]!()
    this.cost = this.costBefore
  }

  kept(): KeptRoles {
    return { roles: this.roles.slice(), rolesOf: this.rolesOf.slice() }
  }

  addRole(columns: Int32Array): number {
    const { roles, free } = this
    const role = free.pop() ?? roles.length
    roles[role] = columns
    this.rowsOf[role] ??= new Set()
    this.describe(role, columns)
    this.cost += 1 + this.weightOf[role]!
    this.journal?.push(() => {
      this.forgetKey(role)
      roles[role] = undefined
      free.push(role)
    })
    return role
  }

  /** Drops a role that no row has. */
  dropRole(role: number): void {
    const { roles, free } = this
    const columns = roles[role]
    if (columns === undefined) return
    const description = this.descriptionOf(role, columns)
    this.cost -= 1 + description.weight
    this.forgetKey(role)
    roles[role] = undefined
    free.push(role)
    this.journal?.push(() => {
      this.restore(role, description)
      free.splice(free.lastIndexOf(role), 1)
    })
  }

  setColumns(role: number, columns: Int32Array): void {
    const old = this.descriptionOf(role, this.roles[role] as Int32Array)
    this.forgetKey(role)
    this.roles[role] = columns
    this.describe(role, columns)
    this.cost += this.weightOf[role]! - old.weight
    this.journal?.push(() => {
      this.forgetKey(role)
      this.restore(role, old)
    })
  }

  setRoles(row: number, list: readonly number[]): void {
    const { rowsOf, rolesOf } = this
    const old = rolesOf[row]!
    for (const role of old) rowsOf[role]!.delete(row)
    for (const role of list) rowsOf[role]!.add(row)
    rolesOf[row] = list
    this.cost += (list.length - old.length) * this.rowWeight[row]!
    this.journal?.push(() => {
      for (const role of list) rowsOf[role]!.delete(row)
      for (const role of old) rowsOf[role]!.add(row)
      rolesOf[row] = old
    })
  }

  removeFromRow(row: number, role: number): void {
    this.setRoles(
      row,
      this.rolesOf[row]!.filter((other) => other !== role),
    )
  }

  /** Whether roles give everything that a row needs. Reads only the words in which the row has something. */
  isMadeUp(row: number, list: readonly number[]): boolean {
    const { roles } = this
    const { rowOffset, rowColumn } = this.grid
    const need = this.needBits[row]!
    let last = -1
    for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++) {
      const w = rowColumn[g]! >>> 5
      if (w === last) continue
      last = w
      let missing = need[w]!
      for (let i = 0; i < list.length; i++) missing &= ~(roles[list[i]!] as Int32Array)[w]!
      if (missing !== 0) return false
    }
    return true
  }

  /** The role that has exactly these columns, or -1. */
  find(columns: Int32Array): number {
    return this.findKey(columns, hash(columns), -1)
  }

  /** Another role with the columns of this one, or -1. */
  findTwin(role: number): number {
    return this.findKey(this.roles[role] as Int32Array, this.keyOf[role]!, role)
  }

  /** The role with the lowest number that has these columns and is not `except`, or -1. */
  private findKey(columns: Int32Array, key: number, except: number): number {
    let first = -1
    for (const role of this.rolesByKey.get(key) ?? []) {
      if (role === except || (first >= 0 && role > first)) continue
      if (isEqual(this.roles[role] as Int32Array, columns)) first = role
    }
    return first
  }

  private setKey(role: number, key: number): void {
    this.keyOf[role] = key
    const same = this.rolesByKey.get(key)
    if (same === undefined) this.rolesByKey.set(key, [role])
    else same.push(role)
  }

  /** Called before a role is dropped or gets other columns. */
  private forgetKey(role: number): void {
    const key = this.keyOf[role]!
    const same = this.rolesByKey.get(key) ?? []
    if (same.length < 2) this.rolesByKey.delete(key)
    else same.splice(same.indexOf(role), 1)
  }

  private descriptionOf(role: number, columns: Int32Array) {
    return { columns, weight: this.weightOf[role]!, key: this.keyOf[role]!, words: this.wordsOf[role]! }
  }

  private restore(role: number, old: ReturnType<RoleState['descriptionOf']>): void {
    this.roles[role] = old.columns
    this.weightOf[role] = old.weight
    this.setKey(role, old.key)
    this.wordsOf[role] = old.words
    this.setLead(role, old.columns)
  }

  private describe(role: number, columns: Int32Array): void {
    this.wordsOf[role] = usedWords(columns)
    this.setLead(role, columns)
    this.weightOf[role] = this.weigh(columns, this.wordsOf[role])
    this.setKey(role, hash(columns))
  }

  private setLead(role: number, columns: Int32Array): void {
    if (this.lead.length <= 2 * role) {
      const longer = new Int32Array(4 * role)
      longer.set(this.lead)
      this.lead = longer
    }
    const first = this.wordsOf[role]![0] ?? 0
    this.lead[2 * role] = columns[first]!
    this.lead[2 * role + 1] = first
  }

  private weigh(columns: Int32Array, used: readonly number[]): number {
    const { columnWeight } = this
    let sum = 0
    for (const w of used) {
      for (let rest = columns[w]!; rest !== 0; rest &= rest - 1) sum += columnWeight[(w << 5) + lowestBit(rest)]!
    }
    return sum
  }
}

function neededBits(grid: AccessGrid, needed: Uint8Array): Int32Array[] {
  const all = new Int32Array(grid.rowCount * grid.words)
  return Array.from({ length: grid.rowCount }, (_, row) => {
    const bits = all.subarray(row * grid.words, (row + 1) * grid.words)
    for (let g = grid.rowOffset[row]!; g < grid.rowOffset[row + 1]!; g++) {
      if (needed[g] === 1) bits[grid.rowColumn[g]! >>> 5]! |= 1 << (grid.rowColumn[g]! & 31)
    }
    return bits
  })
}
