import type { Rectangle } from './access-grid.ts'
import type { Cover } from './cover-grants.ts'

/** The weight of a grant that one rectangle already covers, as a share of the weight of an uncovered grant. */
const shareOfSecond = 0.05

/** A cover that gains and loses rectangles, each in a slot. It knows the uncovered grants and the weight of every grant. */
export class ChangingCover {
  /** The weight of each grant for a rectangle that grows now. */
  readonly weight: Float64Array
  /** Live grants that no rectangle covers, in any order. */
  readonly uncovered: number[] = []
  readonly slots: (Rectangle | undefined)[] = []
  /** How many slots are in use. */
  size = 0
  /** The price of each grant: its weight as long as it is uncovered. */
  private readonly price: Float64Array
  private readonly times: Int32Array
  /**
   * The sum of the slots whose rectangles cover a grant. If only one rectangle covers it, the sum is the slot of that
   * rectangle.
   */
  private readonly owners: Float64Array
  private readonly placeInUncovered: Int32Array
  private readonly grantsOf: Uint32Array[] = []
  /** For each slot the sum of the prices of the grants that only its rectangle covers. */
  private readonly loss: number[] = []
  private readonly addedAt: number[] = []

  constructor(live: Uint8Array, start: Cover) {
    const grantCount = live.length
    this.price = Float64Array.from(live)
    this.weight = new Float64Array(grantCount)
    this.times = new Int32Array(grantCount)
    this.owners = new Float64Array(grantCount)
    this.placeInUncovered = new Int32Array(grantCount)
    for (let g = 0; g < grantCount; g++) if (live[g] === 1) this.open(g)
    for (const [slot, rectangle] of start.rectangles.entries()) this.add(slot, rectangle, start.grants[slot]!, 0)
  }

  present(): Cover {
    const { slots, grantsOf } = this
    const used = slots.flatMap((rectangle, slot) => (rectangle === undefined ? [] : [slot]))
    return { rectangles: used.map((slot) => slots[slot] as Rectangle), grants: used.map((slot) => grantsOf[slot]!) }
  }

  /** The slot with the least loss, the oldest of equal ones. Never the newest slot. -1 if there is none. */
  leastLoss(newest: number): number {
    const { slots, loss, addedAt } = this
    let found = -1
    for (let slot = 0; slot < slots.length; slot++) {
      if (slots[slot] === undefined || slot === newest) continue
      if (found < 0 || loss[slot]! < loss[found]! || (loss[slot] === loss[found] && addedAt[slot]! < addedAt[found]!)) {
        found = slot
      }
    }
    return found
  }

  /** @param grants the live grants of the rectangle */
  add(slot: number, rectangle: Rectangle, grants: Uint32Array, iteration: number): void {
    const { times, owners, loss, price, weight } = this
    this.slots[slot] = rectangle
    this.grantsOf[slot] = grants
    this.addedAt[slot] = iteration
    loss[slot] = 0
    this.size++
    for (const g of grants) {
      owners[g]! += slot
      if (++times[g]! === 1) {
        this.close(g)
        loss[slot] += price[g]!
        weight[g] = price[g]! * shareOfSecond
      } else if (times[g] === 2) {
        loss[owners[g]! - slot]! -= price[g]!
        weight[g] = 0
      }
    }
  }

  /** Empties a slot. */
  leave(slot: number): void {
    const { times, owners, loss, price, weight } = this
    this.slots[slot] = undefined
    this.size--
    for (const g of this.grantsOf[slot]!) {
      owners[g]! -= slot
      if (--times[g]! === 0) this.open(g)
      else if (times[g] === 1) {
        loss[owners[g]!]! += price[g]!
        weight[g] = price[g]! * shareOfSecond
      }
    }
  }

  /** Raises the price of each uncovered grant by one. */
  raisePrices(): void {
    const { price, weight } = this
    for (const g of this.uncovered) weight[g] = ++price[g]!
  }

  private open(g: number): void {
    this.placeInUncovered[g] = this.uncovered.length
    this.uncovered.push(g)
    this.weight[g] = this.price[g]!
  }

  private close(g: number): void {
    const { uncovered, placeInUncovered } = this
    const last = uncovered[uncovered.length - 1]!
    uncovered[placeInUncovered[g]!] = last
    placeInUncovered[last] = placeInUncovered[g]!
    uncovered.pop()
  }
}
