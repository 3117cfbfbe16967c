import type { AccessGrid } from '../access-grid.ts'
import { hash, isEqual, lowestBit, usedWords } from './bit-sets.ts'

/** A state that can be returned to: sets of columns and lists of roles are replaced, never changed. */
export interface KeptRoles {
  readonly roles: readonly (Int32Array | undefined)[]
  readonly rolesOf: readonly (readonly number[])[]
}

/**
 * Roles as sets of columns, and for each row those that make it up; what that costs; and a journal by which the changes since
 * `begin` are undone. It keeps no rule: who changes it sees to it that each row has what it needs and no more than it holds.
 */
export class RoleState {
  /** What each row holds. */
  readonly rowBits: readonly Int32Array[]
  /** What its roles have to give it. */
  readonly needBits: readonly Int32Array[]
  readonly rowCount: number
  readonly words: number
  /** By number; undefined for one that is free. */
  readonly roles: (Int32Array | undefined)[] = []
  readonly rowsOf: Set<number>[] = []
  readonly rolesOf: (readonly number[])[]
  readonly weightOf: number[] = []
  /** Most roles have few of many columns: the words that are not empty. */
  readonly wordsOf: number[][] = []
  /** Of each role its first word that is not empty, and the number of that word: most rows are told from most roles by it. */
  lead = new Int32Array(2048)
  /** Roles, links of rows and links of columns, each row and column counted as often as it was merged. */
  cost = 0
  private readonly keyOf: number[] = []
  private readonly free: number[] = []
  private readonly rowWeight: Uint32Array
  private readonly columnWeight: Uint32Array
  /** What was replaced, in order. */
  private journal: (() => void)[] = []
  private costBefore = 0

  /** @param needed per grant 1 where a role has to give it; all when left out */
  constructor(grid: AccessGrid, needed: Uint8Array | undefined) {
    const { rowCount, words } = grid
    this.rowCount = rowCount
    this.words = words
    this.rowWeight = grid.rowWeight
    this.columnWeight = grid.columnWeight
    this.rowBits = Array.from(
      { length: rowCount },
      (_, row) => new Int32Array(grid.bits.buffer, grid.bits.byteOffset + row * words * 4, words),
    )
    this.needBits = needed === undefined ? this.rowBits : neededBits(grid, needed)
    this.rolesOf = Array.from({ length: rowCount }, () => [])
  }

  /** From here on changes can be undone. */
  begin(): void {
    this.journal = []
    this.costBefore = this.cost
  }

  undo(): void {
    const { journal } = this
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
    this.journal.push(() => {
      roles[role] = undefined
      free.push(role)
    })
    return role
  }

  /** A role that no row has. */
  dropRole(role: number): void {
    const { roles, free } = this
    const columns = roles[role]
    if (columns === undefined) return
    const description = this.descriptionOf(role, columns)
    this.cost -= 1 + description.weight
    roles[role] = undefined
    free.push(role)
    this.journal.push(() => {
      this.restore(role, description)
      free.splice(free.lastIndexOf(role), 1)
    })
  }

  setColumns(role: number, columns: Int32Array): void {
    const old = this.descriptionOf(role, this.roles[role] as Int32Array)
    this.roles[role] = columns
    this.describe(role, columns)
    this.cost += this.weightOf[role]! - old.weight
    this.journal.push(() => this.restore(role, old))
  }

  setRoles(row: number, list: readonly number[]): void {
    const { rowsOf, rolesOf } = this
    const old = rolesOf[row]!
    for (const role of old) rowsOf[role]!.delete(row)
    for (const role of list) rowsOf[role]!.add(row)
    rolesOf[row] = list
    this.cost += (list.length - old.length) * this.rowWeight[row]!
    this.journal.push(() => {
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

  /** The role that has exactly these columns, or -1. */
  find(columns: Int32Array): number {
    return this.findKey(columns, hash(columns), -1)
  }

  /** Another role with the columns of this one, or -1. */
  findTwin(role: number): number {
    return this.findKey(this.roles[role] as Int32Array, this.keyOf[role]!, role)
  }

  private findKey(columns: Int32Array, key: number, except: number): number {
    const { roles, keyOf } = this
    for (let role = 0; role < roles.length; role++) {
      const other = roles[role]
      if (keyOf[role] !== key || role === except || other === undefined) continue
      if (isEqual(other, columns)) return role
    }
    return -1
  }

  private descriptionOf(role: number, columns: Int32Array) {
    return { columns, weight: this.weightOf[role]!, key: this.keyOf[role]!, words: this.wordsOf[role]! }
  }

  private restore(role: number, old: ReturnType<RoleState['descriptionOf']>): void {
    this.roles[role] = old.columns
    this.weightOf[role] = old.weight
    this.keyOf[role] = old.key
    this.wordsOf[role] = old.words
    this.setLead(role, old.columns)
  }

  private describe(role: number, columns: Int32Array): void {
    this.wordsOf[role] = usedWords(columns)
    this.setLead(role, columns)
    this.weightOf[role] = this.weigh(columns, this.wordsOf[role])
    this.keyOf[role] = hash(columns)
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
