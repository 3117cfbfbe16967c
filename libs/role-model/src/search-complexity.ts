import type { AccessGrid, Rectangle } from './access-grid.ts'
import type { Step } from './run-hooks.ts'

/**
 * Looks for roles with fewer links: weighted structural complexity is the number of roles plus user-role links plus
 * role-entitlement links, each row and column counted as often as it was merged.
 *
 * The state is a list of roles (sets of columns) and for each row the roles that make it up. A move changes a role or two,
 * mends the rows concerned, drops what became needless, and stays if the cost did not rise, or with a chance that falls with
 * the rise and with time (simulated annealing). The best state met is returned; the same seed takes the same way.
 */
export function searchComplexity(
  grid: AccessGrid,
  start: readonly Rectangle[],
  options: {
    readonly iterations: number
    readonly random: () => number
    readonly hot: number
    /** Per grant 1 where a role has to give it; all when left out. */
    readonly needed?: Uint8Array | undefined
    /** Which sets of columns may be a role; all when left out. */
    readonly isAllowed?: ((columns: Int32Array) => boolean) | undefined
    readonly onStep: Step
  },
): Rectangle[] {
  const { random, onStep, isAllowed } = options
  const { rowCount, columnCount, words, rowWeight, columnWeight } = grid
  const rowBits = Array.from(
    { length: rowCount },
    (_, row) => new Int32Array(grid.bits.buffer, grid.bits.byteOffset + row * words * 4, words),
  )
  const isAllNeeded = options.needed?.every((isNeeded) => isNeeded === 1) ?? true
  const needBits = options.needed === undefined || isAllNeeded ? rowBits : neededBits(grid, options.needed)
  // Sets of columns and lists of roles are replaced, never changed, so that a state can be kept by copying two arrays.
  const roles: (Int32Array | undefined)[] = []
  const rowsOf: Set<number>[] = []
  const weightOf: number[] = []
  /** Most roles have few of many columns: the words that are not empty. */
  const wordsOf: number[][] = []
  /** Of each role its first word that is not empty, and the number of that word: most rows are told from most roles by it. */
  let lead = new Int32Array(2048)
  /** Equal sets of columns have equal numbers, and others hardly ever. */
  const keyOf: number[] = []
  const rolesByKey = new Map<number, number[]>()
  const free: number[] = []
  const rolesOf: number[][] = Array.from({ length: rowCount }, () => [])
  let cost = 0
  const scratch = new Int32Array(words)
  // What a move replaced, in order; a refused move is undone from the end. What comes before the first move stays.
  let journal: (() => void)[] = []
  let isMoving = false

  const startOf: number[][] = Array.from({ length: rowCount }, () => [])
  const startBits = new Int32Array(start.length * words)
  for (const [i, { rows, columns }] of start.entries()) {
    const bits = startBits.subarray(i * words, (i + 1) * words)
    for (const column of columns) bits[column >>> 5]! |= 1 << (column & 31)
    const role = addRole(bits)
    for (const row of rows) startOf[row]!.push(role)
  }
  for (let row = 0; row < rowCount; row++) setRoles(row, withoutNeedless(row, mended(row, startOf[row]!), -1))
  trimRoles(roles.map((_, role) => role))
  isMoving = true

  let best = cost
  let bestRoles = roles.slice()
  let bestRolesOf = rolesOf.slice()
  const hot = options.hot * Math.max(1, Math.min(6, cost / 200))
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    if (!onStep(16)) break
    const before = cost
    journal = []
    move()
    const temperature = hot * (1 - iteration / options.iterations) ** 2 + 1e-9
    if (cost > before && random() >= Math.exp((before - cost) / temperature)) {
      for (let i = journal.length - 1; i >= 0; i--) journal[i]!()
      cost = before
    } else if (cost < best - 1e-9) {
      best = cost
      bestRoles = roles.slice()
      bestRolesOf = rolesOf.slice()
    }
  }
  return rectanglesOf(bestRoles, bestRolesOf)

  function move(): void {
    const kind = random()
    const row = pick(rowCount)
    const of = rolesOf[row]!
    if (of.length === 0) return
    const role = of[pick(of.length)]!
    const columns = roles[role] as Int32Array
    if (kind < 0.2) {
      // Two roles of a row become one for whoever has both.
      const other = of[pick(of.length)]!
      if (other === role) return
      offer(or(columns, roles[other] as Int32Array), false)
    } else if (kind < 0.4) {
      // What two roles share becomes a role, or one of them if it is contained in the other.
      const other = nearRole(columns)
      if (other < 0 || other === role) return
      const block = and(columns, roles[other] as Int32Array)
      factor(role, block)
      if (random() < 0.5 && roles[other] !== undefined) factor(other, block)
    } else if (kind < 0.55) {
      removeRole(role)
    } else if (kind < 0.7) {
      // What two rows share.
      const other = nearRow(columns)
      offer(and(rowBits[row]!, rowBits[other]!), random() < 0.5)
    } else if (kind < 0.8) {
      // The part of a role that another row holds.
      const other = nearRow(columns)
      factor(role, and(columns, rowBits[other]!))
    } else if (kind < 0.9) {
      // A column leaves a role, or all that its rows have in common joins it.
      if (random() < 0.5) {
        const column = columnOf(columns)
        const fewer = columns.slice()
        fewer[column >>> 5]! &= ~(1 << (column & 31))
        replaceRole(role, fewer)
      } else {
        const common = rowBits[row]!.slice()
        for (const member of rowsOf[role]!) for (let w = 0; w < words; w++) common[w]! &= rowBits[member]![w]!
        replaceRole(role, common)
      }
    } else {
      // A row begins anew, or what it has in no other role becomes a role.
      if (random() < 0.5) remake(row)
      else {
        const rest = needBits[row]!.slice()
        for (const other of of) {
          if (other !== role) for (let w = 0; w < words; w++) rest[w]! &= ~(roles[other] as Int32Array)[w]!
        }
        offer(rest, random() < 0.5)
      }
    }
  }

  /** A role for whoever can have it and gains; or is as well off, when `isEager`. */
  function offer(columns: Int32Array, isEager: boolean): void {
    if (isEmpty(columns) || find(columns) >= 0) return
    if (isAllowed !== undefined && !isAllowed(columns)) return
    const role = addRole(columns)
    const used = wordsOf[role]!
    const touched = new Set<number>([role])
    for (let row = 0; row < rowCount; row++) {
      if (!isWithin(columns, rowBits[row]!, used)) continue
      const reduced = withoutNeedless(row, [...rolesOf[row]!, role], role)
      if (reduced.length > rolesOf[row]!.length || (!isEager && reduced.length === rolesOf[row]!.length)) continue
      for (const other of rolesOf[row]!) touched.add(other)
      setRoles(row, reduced)
    }
    trimRoles([...touched])
  }

  /** The block becomes a role of its own, if it is none, and leaves `role`; its rows get both. */
  function factor(role: number, block: Int32Array): void {
    const columns = roles[role]
    if (columns === undefined || isEmpty(block) || isEqual(block, columns)) return
    let other = find(block)
    if (other < 0) {
      if (isAllowed !== undefined && !isAllowed(block)) return
      other = addRole(block)
    }
    const rest = columns.slice()
    for (let w = 0; w < words; w++) rest[w]! &= ~block[w]!
    setColumns(role, rest)
    const touched = new Set<number>([role, other])
    for (const row of [...rowsOf[role]!]) {
      if (!rolesOf[row]!.includes(other)) setRoles(row, [...rolesOf[row]!, other])
      reduce(row, touched)
    }
    trimRoles([...touched])
  }

  function replaceRole(role: number, columns: Int32Array): void {
    if (isEmpty(columns) || find(columns) >= 0) return
    if (isAllowed !== undefined && !isAllowed(columns)) return
    setColumns(role, columns)
    const used = wordsOf[role]!
    const touched = new Set<number>([role])
    for (const row of [...rowsOf[role]!]) {
      mendNoting(row, touched)
      reduce(row, touched)
    }
    for (let row = 0; row < rowCount; row++) {
      if (!isWithin(columns, rowBits[row]!, used) || rolesOf[row]!.includes(role)) continue
      const reduced = withoutNeedless(row, [...rolesOf[row]!, role], role)
      if (reduced.length >= rolesOf[row]!.length) continue
      for (const other of rolesOf[row]!) touched.add(other)
      setRoles(row, reduced)
    }
    trimRoles([...touched])
  }

  function removeRole(role: number): void {
    const touched = new Set<number>()
    const concerned = [...rowsOf[role]!]
    for (const row of concerned) {
      setRoles(
        row,
        rolesOf[row]!.filter((other) => other !== role),
      )
    }
    dropRole(role)
    for (const row of concerned) {
      mendNoting(row, touched)
      reduce(row, touched)
    }
    trimRoles([...touched])
  }

  function remake(row: number): void {
    const touched = new Set(rolesOf[row])
    setRoles(row, [])
    mendNoting(row, touched)
    reduce(row, touched)
    trimRoles([...touched])
  }

  function mendNoting(row: number, touched: Set<number>): void {
    const list = mended(row, rolesOf[row]!)
    if (list !== rolesOf[row]) setRoles(row, list)
    for (const role of rolesOf[row]!) touched.add(role)
  }

  /** The list with roles until the row is made up of them: the one that adds most each time, a role of the rest when none adds. */
  function mended(row: number, given: number[]): number[] {
    if (isMadeUp(row, given)) return given
    const missing = scratch
    missing.set(needBits[row]!)
    for (const role of given) {
      const columns = roles[role] as Int32Array
      for (const w of wordsOf[role]!) missing[w]! &= ~columns[w]!
    }
    const held = rowBits[row]!
    let list = given
    while (!isEmpty(missing)) {
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
      if (found < 0) found = addRole(roleOf(missing))
      list = [...list, found]
      const columns = roles[found] as Int32Array
      for (let w = 0; w < words; w++) missing[w]! &= ~columns[w]!
    }
    return list
  }

  /** Whether the roles give all that the row needs; looks at the words alone in which the row has something. */
  function isMadeUp(row: number, list: readonly number[]): boolean {
    const need = needBits[row]!
    let last = -1
    for (let g = grid.rowOffset[row]!; g < grid.rowOffset[row + 1]!; g++) {
      const w = grid.rowColumn[g]! >>> 5
      if (w === last) continue
      last = w
      let missing = need[w]!
      for (let i = 0; i < list.length; i++) missing &= ~(roles[list[i]!] as Int32Array)[w]!
      if (missing !== 0) return false
    }
    return true
  }

  function reduce(row: number, touched: Set<number>): void {
    const reduced = withoutNeedless(row, rolesOf[row]!, -1)
    if (reduced.length === rolesOf[row]!.length) return
    for (const role of rolesOf[row]!) touched.add(role)
    setRoles(row, reduced)
  }

  /** The list without roles that the others make needless, the ones of least weight first; `stays` stays. */
  function withoutNeedless(row: number, list: readonly number[], stays: number): number[] {
    const kept = list.slice()
    const order = list.filter((role) => role !== stays).sort((a, b) => weightOf[a]! - weightOf[b]! || a - b)
    for (const role of order) {
      const columns = roles[role] as Int32Array
      let isNeedless = true
      for (const w of wordsOf[role]!) {
        let others = 0
        for (const other of kept) if (other !== role) others |= (roles[other] as Int32Array)[w]!
        isNeedless = (columns[w]! & ~others & needBits[row]![w]!) === 0
        if (!isNeedless) break
      }
      if (isNeedless) kept.splice(kept.indexOf(role), 1)
    }
    return kept
  }

  /** Takes from each role the columns that all its rows have from another one; drops roles without rows or columns. */
  function trimRoles(list: readonly number[]): void {
    for (const role of list.toSorted((a, b) => a - b)) {
      const columns = roles[role]
      if (columns === undefined) continue
      if (rowsOf[role]!.size > 0) {
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
          if (any === 0) break
        }
        if (any !== 0) {
          const fewer = columns.slice()
          for (let i = 0; i < own.length; i++) fewer[own[i]!]! &= ~spare[i]!
          setColumns(role, fewer)
        }
      }
      const left = roles[role] as Int32Array
      if (rowsOf[role]!.size > 0 && wordsOf[role]!.length > 0) {
        const same = find(left, role, keyOf[role])
        if (same < 0) continue
        for (const row of [...rowsOf[role]!]) {
          const list = rolesOf[row]!.filter((other) => other !== role)
          setRoles(row, list.includes(same) ? list : [...list, same])
        }
      }
      for (const row of [...rowsOf[role]!]) {
        setRoles(
          row,
          rolesOf[row]!.filter((other) => other !== role),
        )
      }
      dropRole(role)
    }
  }

  function addRole(columns: Int32Array): number {
    const role = free.pop() ?? roles.length
    roles[role] = columns
    rowsOf[role] ??= new Set()
    describe(role, columns)
    cost += 1 + weightOf[role]!
    if (isMoving) {
      journal.push(() => {
        forgetKey(role)
        roles[role] = undefined
        free.push(role)
      })
    }
    return role
  }

  function dropRole(role: number): void {
    const columns = roles[role]
    if (columns === undefined) return
    const weight = weightOf[role]!
    const key = keyOf[role]!
    const used = wordsOf[role]!
    cost -= 1 + weight
    forgetKey(role)
    roles[role] = undefined
    free.push(role)
    if (!isMoving) return
    journal.push(() => {
      roles[role] = columns
      weightOf[role] = weight
      setKey(role, key)
      wordsOf[role] = used
      setLead(role, columns)
      free.splice(free.lastIndexOf(role), 1)
    })
  }

  function setColumns(role: number, columns: Int32Array): void {
    const old = roles[role] as Int32Array
    const weight = weightOf[role]!
    const key = keyOf[role]!
    const used = wordsOf[role]!
    forgetKey(role)
    roles[role] = columns
    describe(role, columns)
    cost += weightOf[role]! - weight
    if (!isMoving) return
    journal.push(() => {
      roles[role] = old
      weightOf[role] = weight
      forgetKey(role)
      setKey(role, key)
      wordsOf[role] = used
      setLead(role, old)
    })
  }

  function describe(role: number, columns: Int32Array): void {
    wordsOf[role] = usedWords(columns)
    setLead(role, columns)
    weightOf[role] = weigh(columns, wordsOf[role])
    setKey(role, hash(columns))
  }

  function setKey(role: number, key: number): void {
    keyOf[role] = key
    const others = rolesByKey.get(key)
    if (others === undefined) rolesByKey.set(key, [role])
    else others.push(role)
  }

  /** To be called while the role has its key, before it goes or gets another. */
  function forgetKey(role: number): void {
    const same = rolesByKey.get(keyOf[role]!) ?? []
    if (same.length < 2) rolesByKey.delete(keyOf[role]!)
    else same.splice(same.indexOf(role), 1)
  }

  function setLead(role: number, columns: Int32Array): void {
    if (lead.length <= 2 * role) {
      const longer = new Int32Array(4 * role)
      longer.set(lead)
      lead = longer
    }
    const first = wordsOf[role]![0] ?? 0
    lead[2 * role] = columns[first]!
    lead[2 * role + 1] = first
  }

  function setRoles(row: number, list: number[]): void {
    const old = rolesOf[row]!
    for (const role of old) rowsOf[role]!.delete(row)
    for (const role of list) rowsOf[role]!.add(row)
    rolesOf[row] = list
    cost += (list.length - old.length) * rowWeight[row]!
    if (!isMoving) return
    journal.push(() => {
      for (const role of list) rowsOf[role]!.delete(row)
      for (const role of old) rowsOf[role]!.add(row)
      rolesOf[row] = old
    })
  }

  function weigh(columns: Int32Array, used: readonly number[]): number {
    let sum = 0
    for (const w of used) {
      for (let rest = columns[w]!; rest !== 0; rest &= rest - 1)
        sum += columnWeight[(w << 5) + 31 - Math.clz32(rest & -rest)]!
    }
    return sum
  }

  /** The first role with these columns. */
  function find(columns: Int32Array, except = -1, key = hash(columns)): number {
    let first = -1
    for (const role of rolesByKey.get(key) ?? []) {
      if (role !== except && (first < 0 || role < first) && isEqual(roles[role]!, columns)) first = role
    }
    return first
  }

  /** A role that shares a column, at random. */
  function nearRole(columns: Int32Array): number {
    const column = columnOf(columns)
    let found = -1
    let count = 0
    for (let role = 0; role < roles.length; role++) {
      const other = roles[role]
      if (other === undefined || other === columns || (other[column >>> 5]! & (1 << (column & 31))) === 0) continue
      if (pick(++count) === 0) found = role
    }
    return found
  }

  /** A row that has a column of these, at random. */
  function nearRow(columns: Int32Array): number {
    const column = columnOf(columns)
    const begin = grid.columnOffset[column]!
    return grid.columnRow[begin + pick(grid.columnOffset[column + 1]! - begin)]!
  }

  function columnOf(columns: Int32Array): number {
    let skip = 0
    for (let w = 0; w < words; w++) skip += bitCount(columns[w]!)
    skip = pick(skip)
    for (let w = 0; w < words; w++) {
      const count = bitCount(columns[w]!)
      if (skip >= count) {
        skip -= count
        continue
      }
      let rest = columns[w]!
      for (; skip > 0; skip--) rest &= rest - 1
      return (w << 5) + 31 - Math.clz32(rest & -rest)
    }
    return columnCount - 1
  }

  function pick(count: number): number {
    return Math.floor(random() * count)
  }

  /** The rest of a row as a role, as far as it is allowed. */
  function roleOf(missing: Int32Array): Int32Array {
    if (isAllowed === undefined || isAllowed(missing)) return missing.slice()
    const columns = new Int32Array(words)
    let isFirst = true
    for (const column of columnsOf(missing)) {
      columns[column >>> 5]! |= 1 << (column & 31)
      if (!isFirst && !isAllowed(columns)) columns[column >>> 5]! &= ~(1 << (column & 31))
      isFirst = false
    }
    return columns
  }
}

function rectanglesOf(
  roles: readonly (Int32Array | undefined)[],
  rolesOf: readonly (readonly number[])[],
): Rectangle[] {
  const rowsOf: number[][] = roles.map(() => [])
  rolesOf.forEach((list, row) => {
    for (const role of list) rowsOf[role]!.push(row)
  })
  return roles.flatMap((columns, role) =>
    columns === undefined || rowsOf[role]!.length === 0
      ? []
      : [{ rows: Uint32Array.from(rowsOf[role]!), columns: Uint32Array.from(columnsOf(columns)) }],
  )
}

function columnsOf(columns: Int32Array): number[] {
  const list: number[] = []
  for (let w = 0; w < columns.length; w++) {
    for (let rest = columns[w]!; rest !== 0; rest &= rest - 1) list.push((w << 5) + 31 - Math.clz32(rest & -rest))
  }
  return list
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

function and(a: Int32Array, b: Int32Array): Int32Array {
  return a.map((word, w) => word & b[w]!)
}

function or(a: Int32Array, b: Int32Array): Int32Array {
  return a.map((word, w) => word | b[w]!)
}

function usedWords(columns: Int32Array): number[] {
  const used: number[] = []
  for (let w = 0; w < columns.length; w++) if (columns[w] !== 0) used.push(w)
  return used
}

function hash(columns: Int32Array): number {
  let value = 0
  for (let w = 0; w < columns.length; w++) {
    if (columns[w] !== 0) value = Math.imul(value ^ columns[w]! ^ Math.imul(w + 1, 0x9e3779b1), 0x85ebca6b)
  }
  return value
}

function isEmpty(columns: Int32Array): boolean {
  for (let w = 0; w < columns.length; w++) if (columns[w] !== 0) return false
  return true
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  for (let w = 0; w < a.length; w++) if (a[w] !== b[w]) return false
  return true
}

/** @param used the words of `a` that are not empty */
function isWithin(a: Int32Array, b: Int32Array, used: readonly number[]): boolean {
  for (let i = 0; i < used.length; i++) if ((a[used[i]!]! & ~b[used[i]!]!) !== 0) return false
  return true
}

/** https://graphics.stanford.edu/~seander/bithacks.html#CountBitsSetParallel */
function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
