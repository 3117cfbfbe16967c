import { type AccessGrid, isGranted, type Rectangle } from './access-grid.ts'
import { cellsPerStep, type Partners } from './dominance.ts'
import type { DescriptionPrices } from './role-model-settings.ts'
import type { Step } from './run-hooks.ts'

/** Grants that may still be added, shared by all parts of the access. */
interface AddedBudget {
  left: number
}

interface Candidate {
  readonly rectangle: Rectangle
  readonly gain: number
}

/**
 * Roles that make the description shorter, with zeros where `prices.added` lets them in.
 *
 * A role saves the price of a missing grant for everything that it alone covers, and costs its own parts. For given columns
 * each row knows by itself whether it pays to join, and for given rows each column does: take turns until nothing changes;
 * the saving only grows (alternating maximization). Begin from many seeds, take the role with the largest saving, then the
 * next for what is still uncovered, and so on while one saves. Savings mostly fall while others are taken, so the old ones
 * stand in a queue and only the first is computed afresh. In the end every role is fitted once more to what the others leave.
 */
export function leastDescription(
  grid: AccessGrid,
  needed: Uint8Array,
  partners: Partners,
  prices: DescriptionPrices,
  budget: AddedBudget,
  minIdentities: number,
  random: () => number,
  onStep: Step,
): Rectangle[] {
  const { rowCount, columnCount, rowOffset, rowColumn, columnOffset, columnRow, columnGrant, rowWeight, columnWeight } =
    grid
  const times = Int32Array.from(needed, (isNeeded) => 1 - isNeeded)
  const saved = new Float64Array(Math.max(rowCount, columnCount))
  const held = new Float64Array(Math.max(rowCount, columnCount))
  const touched = new Uint32Array(Math.max(rowCount, columnCount))
  let roles: Rectangle[] = []

  for (let round = 0; round < 4; round++) {
    const before = roles.length
    takeGreedily()
    if (roles.length === before) break
    refit()
    if (dissolve()) refit()
  }
  return roles

  function takeGreedily(): void {
    const seen = new Set<string>()
    const queue: Candidate[] = []
    for (const seed of seeds()) {
      if (!onStep(1 + workOf(seed))) break
      const candidate = fit(seed, false)
      if (candidate === undefined) continue
      const name = candidate.rectangle.columns.join()
      if (seen.has(name)) continue
      seen.add(name)
      queue.push(candidate)
    }
    queue.sort((a, b) => a.gain - b.gain)
    for (let candidate = queue.pop(); candidate !== undefined; candidate = queue.pop()) {
      if (!onStep(1 + workOf(candidate.rectangle.columns))) break
      // What no longer pays as it stands is not worth another climb: its grants are covered.
      const isPaying = paying(candidate.rectangle.columns, prices.added).value > prices.role
      const now = isPaying ? fit(candidate.rectangle.columns, false) : undefined
      if (now === undefined) continue
      const next = queue[queue.length - 1]
      if (next !== undefined && now.gain < next.gain) {
        insert(queue, now)
        continue
      }
      const affordable = withinBudget(now)
      if (affordable === undefined) continue
      cover(affordable.rectangle, 1)
      roles.push(affordable.rectangle)
    }
  }

  /** Fits every role to what the others leave, the weakest first, until that changes none. */
  function refit(): void {
    for (let turn = 0; turn < 6; turn++) {
      let hasMoved = false
      const own = roles.map((rectangle) => ownGain(rectangle))
      const order = roles.map((_, r) => r).sort((a, b) => own[a]! - own[b]! || a - b)
      const next: (Rectangle | undefined)[] = roles.slice()
      for (const r of order) {
        if (!onStep(1 + workOf(roles[r]!.columns))) break
        cover(roles[r]!, -1)
        const fitted = fit(roles[r]!.columns, false)
        const candidate = fitted === undefined ? undefined : withinBudget(fitted)
        next[r] = candidate?.rectangle
        if (candidate !== undefined) cover(candidate.rectangle, 1)
        if (candidate === undefined || !isSame(candidate.rectangle, roles[r]!)) hasMoved = true
      }
      roles = next.filter((rectangle) => rectangle !== undefined)
      if (!hasMoved) break
    }
  }

  /**
   * Drops a role where others that lie mostly inside it can take over what it gives for less: what everyone holds costs a
   * membership each, and nothing but an entitlement more in the role of each department. Growing and refitting look at one
   * role at a time and never get there. Answers whether any went.
   */
  function dissolve(): boolean {
    let isChanged = false
    const order = [...roles.keys()].sort((a, b) => roles[b]!.rows.length - roles[a]!.rows.length || a - b)
    const kept: (Rectangle | undefined)[] = roles.slice()
    const isInside = new Uint8Array(rowCount)
    for (const r of order) {
      const role = kept[r]
      if (role === undefined) continue
      const lost = ownGain(role)
      for (const row of role.rows) isInside[row] = 1
      cover(role, -1)
      let gained = 0
      let isCut = false
      const moved: { readonly s: number; readonly before: Rectangle; readonly after: Rectangle }[] = []
      for (let s = 0; s < kept.length && !isCut; s++) {
        const before = kept[s]
        if (s === r || before === undefined || !isMostlyMarked(before.rows, isInside)) continue
        isCut = !onStep(1 + workOf(before.columns) + workOf(role.columns))
        const old = ownGain(before)
        cover(before, -1)
        const fitted = fit(Uint32Array.from(new Set([...before.columns, ...role.columns])).sort(), false)
        const candidate = fitted === undefined ? undefined : withinBudget(fitted)
        if (candidate === undefined || candidate.gain <= old + 1e-9) {
          cover(before, 1)
          continue
        }
        cover(candidate.rectangle, 1)
        gained += candidate.gain - old
        kept[s] = candidate.rectangle
        moved.push({ s, before, after: candidate.rectangle })
      }
      for (const row of role.rows) isInside[row] = 0
      if (gained > lost + 1e-9) {
        kept[r] = undefined
        isChanged = true
        continue
      }
      for (const { s, before, after } of moved.reverse()) {
        cover(after, -1)
        cover(before, 1)
        kept[s] = before
      }
      cover(role, 1)
      if (isCut) break
    }
    roles = kept.filter((rectangle) => rectangle !== undefined)
    return isChanged
  }

  /** A climb looks at the holders of its columns a few times. */
  function workOf(columns: Uint32Array): number {
    let cells = 0
    for (const column of columns) cells += columnOffset[column + 1]! - columnOffset[column]!
    return (4 * cells) / cellsPerStep
  }

  /** Column sets to begin with: what is mostly held together, and what two holders share. */
  function* seeds(): Generator<Uint32Array> {
    const count = new Uint32Array(columnCount)
    for (let column = 0; column < columnCount; column++) {
      const begin = columnOffset[column]!
      const holders = columnOffset[column + 1]! - begin
      let isOpen = false
      for (let at = begin; at < begin + holders && !isOpen; at++) isOpen = times[columnGrant[at]!] === 0
      if (!isOpen) continue
      // Long columns are sampled: a seed need not be exact.
      const stride = Math.max(1, Math.floor(holders / 256))
      const sampled = Math.ceil(holders / stride)
      const met: number[] = []
      for (let at = begin; at < begin + holders; at += stride) {
        const row = columnRow[at]!
        for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++)
          if (count[rowColumn[g]!]!++ === 0) met.push(rowColumn[g]!)
      }
      const near = met.filter((other) => {
        const others = (columnOffset[other + 1]! - columnOffset[other]!) / stride
        return count[other]! * 2 >= sampled + others - count[other]!
      })
      for (const other of met) count[other] = 0
      yield Uint32Array.from(near).sort()
      for (let pair = 0; pair < 4 && holders > 1; pair++) {
        const a = columnRow[begin + Math.floor(random() * holders)]!
        const b = columnRow[begin + Math.floor(random() * holders)]!
        if (a === b) continue
        const shared: number[] = []
        for (let g = rowOffset[a]!; g < rowOffset[a + 1]!; g++)
          if (isGranted(grid, b, rowColumn[g]!)) shared.push(rowColumn[g]!)
        yield Uint32Array.from(shared)
      }
    }
  }

  function fit(seed: Uint32Array, isExact: boolean): Candidate | undefined {
    const added = isExact ? Number.POSITIVE_INFINITY : prices.added
    let columns = apart(seed)
    let best: Candidate | undefined
    for (let turn = 0; turn < 12 && columns.length > 0; turn++) {
      const rows = paying(columns, added)
      if (rows.identities < minIdentities) break
      const gain = rows.value - prices.role - prices.entitlement * weigh(columns)
      if (best !== undefined && gain <= best.gain + 1e-9) break
      best = { rectangle: { rows: rows.lines, columns }, gain }
      columns = payingColumns(rows.lines, added)
    }
    return best !== undefined && best.gain > 1e-9 ? best : undefined
  }

  /** Rows that gain by having all these columns. */
  function paying(columns: Uint32Array, added: number): { lines: Uint32Array; identities: number; value: number } {
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
    const lines: number[] = []
    let identities = 0
    let value = 0
    for (let i = 0; i < met; i++) {
      const row = touched[i]!
      const zeros = total - held[row]!
      const gain = saved[row]! * prices.missing - prices.membership - (zeros === 0 ? 0 : zeros * added)
      if (gain > 1e-9) {
        lines.push(row)
        identities += rowWeight[row]!
        value += gain * rowWeight[row]!
      }
      held[row] = 0
      saved[row] = 0
    }
    return { lines: Uint32Array.from(lines).sort(), identities, value }
  }

  /** Columns that gain by being given to all these rows, without any two that must not meet. */
  function payingColumns(rows: Uint32Array, added: number): Uint32Array {
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
    return apart(Uint32Array.from(columns.sort((a, b) => (gains.get(b) ?? 0) - (gains.get(a) ?? 0) || a - b)))
  }

  /** Those of the columns that may meet, ascending; of two that must not, the one that stands first. */
  function apart(columns: Uint32Array): Uint32Array {
    if (partners === undefined) return columns
    const chosen = new Set<number>()
    for (const column of columns) if (!partners[column]!.some((other) => chosen.has(other))) chosen.add(column)
    return Uint32Array.from(chosen).sort()
  }

  function withinBudget(candidate: Candidate): Candidate | undefined {
    return zerosOf(candidate.rectangle) <= budget.left ? candidate : fit(candidate.rectangle.columns, true)
  }

  /** Grants that the rectangle adds, over all identities and entitlements that its lines stand for. */
  function zerosOf({ rows, columns }: Rectangle): number {
    if (prices.added === Number.POSITIVE_INFINITY) return 0
    let zeros = 0
    for (const row of rows) {
      for (const column of columns) {
        if (!isGranted(grid, row, column)) zeros += rowWeight[row]! * columnWeight[column]!
      }
    }
    return zeros
  }

  function cover(rectangle: Rectangle, by: 1 | -1): void {
    const isIn = new Set(rectangle.columns)
    for (const row of rectangle.rows) {
      for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++) if (isIn.has(rowColumn[g]!)) times[g]! += by
    }
    if (budget.left !== Number.POSITIVE_INFINITY) budget.left -= by * zerosOf(rectangle)
  }

  function ownGain(rectangle: Rectangle): number {
    const isIn = new Set(rectangle.columns)
    let gain = -prices.role - prices.entitlement * weigh(rectangle.columns)
    for (const row of rectangle.rows) {
      gain -= prices.membership * rowWeight[row]!
      for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++) {
        if (times[g] === 1 && isIn.has(rowColumn[g]!))
          gain += prices.missing * rowWeight[row]! * columnWeight[rowColumn[g]!]!
      }
    }
    return gain
  }

  function weigh(columns: Uint32Array): number {
    let sum = 0
    for (const column of columns) sum += columnWeight[column]!
    return sum
  }
}

function isMostlyMarked(rows: Uint32Array, isMarked: Uint8Array): boolean {
  let marked = 0
  for (const row of rows) marked += isMarked[row]!
  return marked * 2 > rows.length
}

/** Keeps the queue ascending by gain. */
function insert(queue: Candidate[], candidate: Candidate): void {
  let low = 0
  let high = queue.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (queue[middle]!.gain < candidate.gain) low = middle + 1
    else high = middle
  }
  queue.splice(low, 0, candidate)
}

function isSame(a: Rectangle, b: Rectangle): boolean {
  return isEqual(a.rows, b.rows) && isEqual(a.columns, b.columns)
}

function isEqual(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}
