/**
 * Where a limit begins before anything is known: the places of one service in the default setting. More would wait in the service,
 * and let as many more wait here.
 */
const firstLimit = 10
/** So many calls go on whatever the service says: with fewer its places would run empty while answers are on their way. */
const leastLimit = 4
const shrink = 0.85

/**
 * How many calls a gateway has at once with a service. It follows what the service says of itself, as TCP follows marked
 * packets: a service marks the answers of calls that had to wait in it, or that it refused (`busyHeader`). A mark lowers the
 * limit by a part, at most once for the calls that were under way together; answers without a mark raise it slowly while calls wait
 * here. So the calls that have to wait do so in the gateway, which can refuse them cheaply, and neither the number of
 * services nor what their calls cost need be known.
 */
export class MovingLimit {
  readonly #most: number
  #limit: number
  /** Marks of calls that began before the last change say nothing new. */
  #changedAt = Number.NEGATIVE_INFINITY

  constructor(most: number) {
    this.#most = most
    this.#limit = Math.min(most, firstLimit)
  }

  get value(): number {
    return Math.floor(this.#limit)
  }

  /** @param begunAt by `performance.now()` @param othersWait whether calls wait for a place here */
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
