import type { AccessGrid, Rectangle } from '../access-grid.ts'
import { cellsPerStep } from '../cells-per-step.ts'
import type { Partners } from '../partners.ts'
import type { DescriptionPrices } from '../role-model-settings.ts'
import type { Step } from '../run-hooks.ts'
import { type AddedBudget, CoveredGrants } from './covered-grants.ts'
import { type Candidate, RectangleFit } from './rectangle-fit.ts'
import { seeds } from './seeds.ts'

interface DescriptionOptions {
  /** For each grant 1 if a role has to give it or it counts as missing. */
  readonly needed: Uint8Array
  readonly partners: Partners
  readonly prices: DescriptionPrices
  readonly budget: AddedBudget
  /** Fewest identities of a role. */
  readonly minIdentities: number
  readonly random: () => number
  readonly onStep: Step
}

/**
 * Finds roles that make the description shorter. They add grants if `prices.added` allows it.
 *
 * A role saves the price of a missing grant for each grant that only it covers, and costs its own parts. For fixed columns, each row either
 * saves more than it costs or not, and for fixed rows each column. The search alternates between both until nothing changes; the saving
 * only grows (alternating maximization). It begins with many seeds and takes the role with the largest saving. Then it takes the next role
 * for the grants that are still uncovered, as long as a role saves. Savings mostly fall when other roles are taken, so a queue has the old
 * savings and only that of the first role is computed again. At the end, each role is fitted again to the grants that the other roles leave
 * uncovered.
 */
export function leastDescription(grid: AccessGrid, options: DescriptionOptions): Rectangle[] {
  return new DescriptionSearch(grid, options).run()
}

class DescriptionSearch {
  private readonly grid: AccessGrid
  private readonly covered: CoveredGrants
  private readonly fit: RectangleFit
  private readonly random: () => number
  private readonly onStep: Step
  private roles: Rectangle[] = []

  constructor(grid: AccessGrid, options: DescriptionOptions) {
    this.grid = grid
    this.covered = new CoveredGrants(grid, options.needed, options.prices, options.budget)
    this.fit = new RectangleFit(this.covered, options.partners, options.minIdentities)
    this.random = options.random
    this.onStep = options.onStep
  }

  run(): Rectangle[] {
    for (let round = 0; round < 4; round++) {
      const before = this.roles.length
      this.takeGreedily(this.candidates())
      if (this.roles.length === before) break
      this.refit()
      if (this.dissolve()) this.refit()
    }
    return this.roles
  }

  /** A candidate for each seed that saves anything, ascending by gain. */
  private candidates(): Candidate[] {
    const seen = new Set<string>()
    const candidates: Candidate[] = []
    for (const seed of seeds(this.grid, this.covered.times, this.random)) {
      if (!this.onStep(1 + this.workOf(seed))) break
      const candidate = this.fit.fit(seed)
      if (candidate === undefined) continue
      const name = candidate.rectangle.columns.join()
      if (seen.has(name)) continue
      seen.add(name)
      candidates.push(candidate)
    }
    return candidates.sort((a, b) => a.gain - b.gain)
  }

  private takeGreedily(queue: Candidate[]): void {
    for (let candidate = queue.pop(); candidate !== undefined; candidate = queue.pop()) {
      const { columns } = candidate.rectangle
      if (!this.onStep(1 + this.workOf(columns))) break
      // If the columns no longer pay, another fit is not worth it: their grants are covered.
      const now = this.fit.isPaying(columns) ? this.fit.fit(columns) : undefined
      if (now === undefined) continue
      const next = queue[queue.length - 1]
      if (next !== undefined && now.gain < next.gain) {
        insert(queue, now)
        continue
      }
      const affordable = this.fit.withinBudget(now)
      if (affordable === undefined) continue
      this.covered.cover(affordable.rectangle)
      this.roles.push(affordable.rectangle)
    }
  }

  /** Fits every role to what the other roles leave, the weakest first, until no role changes. */
  private refit(): void {
    const { covered, fit } = this
    for (let turn = 0; turn < 6; turn++) {
      let hasMoved = false
      const { roles } = this
      const own = roles.map((rectangle) => covered.gainOf(rectangle))
      const order = roles.map((_, r) => r).sort((a, b) => own[a]! - own[b]! || a - b)
      const next: (Rectangle | undefined)[] = roles.slice()
      for (const r of order) {
        const role = roles[r]!
        if (!this.onStep(1 + this.workOf(role.columns))) break
        covered.uncover(role)
        const fitted = fit.withinBudget(fit.fit(role.columns))?.rectangle
        next[r] = fitted
        if (fitted !== undefined) covered.cover(fitted)
        if (fitted === undefined || !isSame(fitted, role)) hasMoved = true
      }
      this.roles = next.filter((rectangle) => rectangle !== undefined)
      if (!hasMoved) break
    }
  }

  /**
   * Drops a role if roles that are mostly inside it can give the same for less. Example: a role for entitlements that everyone
   * holds costs one membership for each person, but in the role of each department these entitlements cost only one link each.
   * Fitting one role at a time does not find this. Returns whether a role was dropped.
   */
  private dissolve(): boolean {
    const { roles, covered } = this
    let isChanged = false
    const order = [...roles.keys()].sort((a, b) => roles[b]!.rows.length - roles[a]!.rows.length || a - b)
    const kept: (Rectangle | undefined)[] = roles.slice()
    const isInside = new Uint8Array(this.grid.rowCount)
    for (const r of order) {
      const role = kept[r]
      if (role === undefined) continue
      const lost = covered.gainOf(role)
      covered.uncover(role)
      for (const row of role.rows) isInside[row] = 1
      const { gained, moved, isCut } = this.handOver(role, r, kept, isInside)
      for (const row of role.rows) isInside[row] = 0
      if (gained > lost + 1e-9) {
        kept[r] = undefined
        isChanged = true
        continue
      }
      for (const { at, before, after } of moved.reverse()) {
        covered.uncover(after)
        covered.cover(before)
        kept[at] = before
      }
      covered.cover(role)
      if (isCut) break
    }
    this.roles = kept.filter((rectangle) => rectangle !== undefined)
    return isChanged
  }

  /** Fits the roles that are mostly inside the dropped role to its columns as well, each only if that saves more. */
  private handOver(role: Rectangle, r: number, kept: (Rectangle | undefined)[], isInside: Uint8Array) {
    const { covered, fit } = this
    const moved: { readonly at: number; readonly before: Rectangle; readonly after: Rectangle }[] = []
    let gained = 0
    let isCut = false
    for (let at = 0; at < kept.length && !isCut; at++) {
      const before = kept[at]
      if (at === r || before === undefined || !isMostlyMarked(before.rows, isInside)) continue
      isCut = !this.onStep(1 + this.workOf(before.columns) + this.workOf(role.columns))
      const old = covered.gainOf(before)
      covered.uncover(before)
      const both = Uint32Array.from(new Set([...before.columns, ...role.columns])).sort()
      const candidate = fit.withinBudget(fit.fit(both))
      if (candidate === undefined || candidate.gain <= old + 1e-9) {
        covered.cover(before)
        continue
      }
      covered.cover(candidate.rectangle)
      gained += candidate.gain - old
      kept[at] = candidate.rectangle
      moved.push({ at, before, after: candidate.rectangle })
    }
    return { gained, moved, isCut }
  }

  /** The work of a fit, which reads the holders of its columns a few times. */
  private workOf(columns: Uint32Array): number {
    const { columnOffset } = this.grid
    let cells = 0
    for (const column of columns) cells += columnOffset[column + 1]! - columnOffset[column]!
    return (4 * cells) / cellsPerStep
  }
}

function isMostlyMarked(rows: Uint32Array, isMarked: Uint8Array): boolean {
  let marked = 0
  for (const row of rows) marked += isMarked[row]!
  return marked * 2 > rows.length
}

/** Inserts a candidate so that the queue still ascends by gain. */
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
