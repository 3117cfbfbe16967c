import { type Mix, offer } from '../bench/support/open-loop.ts'

const sliceMs = 1_000

/** Makes calls at a steady rate until it is stopped, and counts the responses. */
export class SteadyCalls {
  readonly #running: Promise<void>
  #isStopped = false
  #counts = new Map<string, number>()
  #slowestMs = 0

  constructor(port: number, mix: Mix, perSecond: number) {
    this.#running = this.#run(port, mix, perSecond)
  }

  /** The results of the calls since the last report, in words. */
  told(): string {
    const counts = [...this.#counts]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([answer, count]) => `${count} ${answer}`)
    const told = counts.length === 0 ? 'none' : `${counts.join(', ')}; p99 ${this.#slowestMs.toFixed(0)} ms`
    this.#counts = new Map()
    this.#slowestMs = 0
    return told
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  async #run(port: number, mix: Mix, perSecond: number): Promise<void> {
    for (let slice = 0; !this.#isStopped; slice++) {
      // Calls that wait long do not delay the next slice.
      const outcome = offer(port, mix, perSecond, sliceMs, slice).then((answered) => {
        this.#add('succeeded', answered.succeeded)
        this.#add('answered 503 or 429 with Retry-After', answered.refused - answered.refusedInSilence)
        this.#add('answered 503 or 429 without Retry-After', answered.refusedInSilence)
        this.#add('cut off', answered.resets)
        for (const [status, count] of answered.others) this.#add(`answered ${status}`, count)
        this.#slowestMs = Math.max(this.#slowestMs, answered.p99Ms)
      })
      await Promise.race([outcome, new Promise((resolve) => setTimeout(resolve, sliceMs + 200))])
    }
  }

  #add(answer: string, count: number): void {
    if (count > 0) this.#counts.set(answer, (this.#counts.get(answer) ?? 0) + count)
  }
}
