import { type AccessGrid, grantAt, type Rectangle } from '../access-grid.ts'

/**
 * Removes what is needless from roles that together cover the `needed` grants. First each row loses the roles whose needed grants its
 * other roles give, the lightest role first. Then each role, in order, loses the columns that all its rows get from another role; it is
 * dropped without rows or columns, and when another role has the same columns, that one gets its rows. This is how `searchComplexity`
 * begins. It counts for each grant the roles that give it, so the work is that of the links, however many columns there are.
 *
 * @returns undefined if a needed grant is in no role
 */
export function withoutNeedless(
  grid: AccessGrid,
  needed: Uint8Array,
  start: readonly Rectangle[],
): Rectangle[] | undefined {
  const links = new RoleLinks(grid, needed, start)
  if (!links.reduceRows()) return undefined
  links.trimRoles()
  return links.rectangles()
}

class RoleLinks {
  private readonly grid: AccessGrid
  private readonly needed: Uint8Array
  /** The columns of each role, ascending. Undefined if it was dropped. */
  private readonly columnsOf: (Uint32Array | undefined)[]
  private readonly rolesOf: number[][]
  private readonly rowsOf: number[][]
  /** For each grant the number of roles of its row that give it. */
  private readonly times: Uint32Array
  /** The roles with columns of the same hash. */
  private readonly rolesByHash = new Map<number, number[]>()

  constructor(grid: AccessGrid, needed: Uint8Array, start: readonly Rectangle[]) {
    this.grid = grid
    this.needed = needed
    this.columnsOf = start.map(({ columns }) => columns)
    this.rolesOf = Array.from({ length: grid.rowCount }, () => [])
    for (const [role, { rows }] of start.entries()) for (const row of rows) this.rolesOf[row]!.push(role)
    this.rowsOf = start.map(() => [])
    this.times = new Uint32Array(grid.grantCount)
    for (const role of start.keys()) this.addHash(role)
  }

  /** Returns false if a row lacks something it needs. */
  reduceRows(): boolean {
    const { grid, needed, columnsOf, rolesOf, rowsOf, times } = this
    const { rowOffset, rowColumn, rowCount } = grid
    const weightOf = columnsOf.map((columns) => columns!.reduce((sum, c) => sum + grid.columnWeight[c]!, 0))
    const grantOf = new Uint32Array(grid.columnCount)
    for (let row = 0; row < rowCount; row++) {
      const list = rolesOf[row]!
      const begin = rowOffset[row]!
      const end = rowOffset[row + 1]!
      for (let g = begin; g < end; g++) grantOf[rowColumn[g]!] = g
      for (const role of list) for (const column of columnsOf[role]!) times[grantOf[column]!]!++
      for (let g = begin; g < end; g++) if (needed[g] === 1 && times[g] === 0) return false
      for (const role of list.toSorted((a, b) => weightOf[a]! - weightOf[b]! || a - b)) {
        const columns = columnsOf[role]!
        if (columns.some((column) => needed[grantOf[column]!] === 1 && times[grantOf[column]!] === 1)) continue
        for (const column of columns) times[grantOf[column]!]!--
        list.splice(list.indexOf(role), 1)
      }
      for (const role of list) rowsOf[role]!.push(row)
    }
    return true
  }

  trimRoles(): void {
    const { columnsOf, rolesOf, rowsOf } = this
    for (const role of columnsOf.keys()) {
      if (rowsOf[role]!.length > 0) this.trimColumns(role)
      const columns = columnsOf[role]!
      const isUsed = rowsOf[role]!.length > 0 && columns.length > 0
      const twin = isUsed ? this.findTwin(role, columns) : -1
      if (isUsed && twin < 0) continue
      for (const row of rowsOf[role]!) {
        const list = rolesOf[row]!
        list.splice(list.indexOf(role), 1)
        if (twin >= 0 && !list.includes(twin)) {
          list.push(twin)
          rowsOf[twin]!.push(row)
        } else this.take(row, columns)
      }
      this.removeHash(role)
      columnsOf[role] = undefined
      rowsOf[role] = []
    }
  }

  /** The columns and rows of the roles that are left, both ascending. */
  rectangles(): Rectangle[] {
    return this.columnsOf.flatMap((columns, role) =>
      columns === undefined ? [] : [{ rows: Uint32Array.from(this.rowsOf[role]!).sort(), columns }],
    )
  }

  private trimColumns(role: number): void {
    const { grid, needed, columnsOf, rowsOf, times } = this
    let spare = columnsOf[role]!
    for (const row of rowsOf[role]!) {
      spare = spare.filter((column) => {
        const g = grantAt(grid, row, column)
        return needed[g] === 0 || times[g]! > 1
      })
      if (spare.length === 0) return
    }
    for (const row of rowsOf[role]!) this.take(row, spare)
    const isSpare = new Set(spare)
    this.removeHash(role)
    columnsOf[role] = columnsOf[role]!.filter((column) => !isSpare.has(column))
    this.addHash(role)
  }

  /** One role less gives these columns to a row. */
  private take(row: number, columns: Uint32Array): void {
    for (const column of columns) this.times[grantAt(this.grid, row, column)]!--
  }

  /** The first other role with the same columns, or -1. */
  private findTwin(role: number, columns: Uint32Array): number {
    let first = -1
    for (const other of this.rolesByHash.get(hashOf(columns))!) {
      if (other === role || (first >= 0 && other > first)) continue
      if (isEqual(this.columnsOf[other]!, columns)) first = other
    }
    return first
  }

  private addHash(role: number): void {
    const hash = hashOf(this.columnsOf[role]!)
    const same = this.rolesByHash.get(hash)
    if (same === undefined) this.rolesByHash.set(hash, [role])
    else same.push(role)
  }

  private removeHash(role: number): void {
    const same = this.rolesByHash.get(hashOf(this.columnsOf[role]!))!
    same.splice(same.indexOf(role), 1)
  }
}

function hashOf(columns: Uint32Array): number {
  let hash = columns.length
  for (let i = 0; i < columns.length; i++) {
    hash = Math.imul(hash ^ columns[i]!, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash
}

function isEqual(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
