import { resourceExhausted } from '@assay/errors'

/** The reason of a call that was refused before it began. */
export const tooManyCalls = 'TOO_MANY_CALLS'

/** How many calls of one kind may go on at once in this process. A call beyond that is refused rather than kept waiting. */
export class CallPlaces {
  readonly #limit: number
  readonly #taker: string
  #taken = 0

  /** @param taker for the message: who may have no more */
  constructor(limit: number, taker = 'one process') {
    this.#limit = limit
    this.#taker = taker
  }

  get taken(): number {
    return this.#taken
  }

  /** @returns gives the place back, when called the first time. @throws resource_exhausted when all are taken */
  take(): () => void {
    if (this.#taken >= this.#limit) {
      throw resourceExhausted(
        `${this.#limit} such calls go on already, which is all that ${this.#taker} takes; try again when one has ended`,
        { reason: tooManyCalls, metadata: { limit: String(this.#limit) } },
      )
    }
    this.#taken++
    let isGiven = true
    return () => {
      if (isGiven) this.#taken--
      isGiven = false
    }
  }
}
