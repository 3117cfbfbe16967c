/**
 * The first limit: the places of one service with default settings. With more, calls would also wait in the service, and as many again
 * could wait here.
 */
const firstLimit = 10
/** The least limit, whatever the service reports: with fewer calls, its places would be empty while answers are on the way. */
const leastLimit = 4
const shrink = 0.85

/**
 * The number of simultaneous calls of a gateway to a service. It follows the marks of the service, as TCP follows marked packets: a service
 * marks the answers of calls that had to wait in it or that it refused (`busyHeader`). A mark lowers the limit by a factor, at most once
 * for calls that were running together; answers without a mark raise it slowly while calls wait here. So calls wait in the gateway, which
 * can refuse them at low cost, and neither the number of service processes nor the cost of calls need be known.
 */
export class MovingLimit {
  readonly #most: number
  #limit: number
  /** Marks of calls that began before the last change are ignored. */
  #changedAt = Number.NEGATIVE_INFINITY

  constructor(most: number) {
    this.#most = most
    this.#limit = Math.min(most, firstLimit)
  }

  get value(): number {
    return Math.floor(this.#limit)
  }

  /**
   * @param begunAt by `performance.now()`
   * @param othersWait whether calls wait for a place here
   */
  answered(isBusy: boolean, begunAt: number, othersWait: boolean): void {
    if (isBusy) {
      if (begunAt < this.#changedAt) return
      this.#changedAt = performance.now()
      this.#limit = Math.max(Math.min(leastLimit, this.#most), this.#limit * shrink)
    } else if (othersWait) {
      this.#limit = Math.min(this.#most, this.#limit + 1 / this.#limit)
    }
  }
}
