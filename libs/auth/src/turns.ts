/** Limits how much work runs at once, in total and for each key. Waiting work starts key by key, and within a key in order. */
export class Turns {
  readonly #most: { readonly running: number; readonly runningOfKey: number; readonly waitingOfKey: number }
  readonly #keys = new Map<string, KeyState>()
  #running = 0

  constructor(most: { readonly running: number; readonly runningOfKey: number; readonly waitingOfKey: number }) {
    this.#most = most
  }

  /** @returns undefined, without doing the work, if too much work of that key waits already */
  take<T>(key: string, work: () => Promise<T>): Promise<T> | undefined {
    const state = this.#keys.get(key) ?? { running: 0, waiting: [] }
    if (state.waiting.length >= this.#most.waitingOfKey) return undefined
    const turn = new Promise<void>((start) => state.waiting.push(start))
    this.#keys.set(key, state)
    this.#next()
    return turn.then(work).finally(() => this.#end(key))
  }

  #next(): void {
    for (const [key, state] of this.#keys) {
      if (this.#running >= this.#most.running) return
      const start = state.running < this.#most.runningOfKey ? state.waiting.shift() : undefined
      if (start === undefined) continue
      state.running++
      this.#running++
      this.#putLast(key, state)
      start()
    }
  }

  #end(key: string): void {
    const state = this.#keys.get(key)
    this.#running--
    if (state !== undefined && --state.running + state.waiting.length > 0) this.#putLast(key, state)
    else this.#keys.delete(key)
    this.#next()
  }

  /** All other keys get a turn before this key gets another one. */
  #putLast(key: string, state: KeyState): void {
    this.#keys.delete(key)
    this.#keys.set(key, state)
  }
}

interface KeyState {
  running: number
  readonly waiting: (() => void)[]
}
