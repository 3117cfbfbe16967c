/** Which order is asked for. */
interface AskedOrder {
  /** Tells it from every other. */
  readonly version: string
  /** For whom it is made: a tenant, or those who see some of its people. */
  readonly reader: string
  /** The data of the reader that it is an order of. */
  readonly data: string
}

interface Kept<Matrix> extends AskedOrder {
  readonly matrix: Matrix
  readonly bytes: number
}

interface UnderWay<Matrix> {
  readonly making: Promise<Matrix>
  readonly ended: AbortController
  waiting: number
}

interface Options {
  /** Those that were not used for longest leave when all take more; the last one used stays. Default 64 MiB. */
  readonly mostBytes?: number
}

const defaultMostBytes = 64 * 1024 * 1024

/**
 * Orders of matrices by their version, which names the snapshot, whom a reader sees of it, and the roles. Each is made once,
 * however many ask at a time, and given up when nobody waits for it any more. Orders of a reader's earlier data leave with the first
 * one of other data: nobody is shown them any more.
 */
export class MatrixOrders<Matrix extends { readonly bytes: number }> {
  readonly #mostBytes: number
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept<Matrix>>()
  readonly #underWay = new Map<string, UnderWay<Matrix>>()
  #hits = 0
  #misses = 0

  constructor({ mostBytes = defaultMostBytes }: Options = {}) {
    this.#mostBytes = mostBytes
  }

  /** What was done since it was made, and what it holds. */
  get counts() {
    return { entries: this.#kept.size, bytes: this.#bytes(), hits: this.#hits, misses: this.#misses }
  }

  /** One that is here already. */
  known(version: string): Matrix | undefined {
    const kept = this.#kept.get(version)
    if (kept === undefined) return undefined
    this.#hits++
    this.#kept.delete(version)
    this.#kept.set(version, kept)
    return kept.matrix
  }

  /**
   * @param make is told by its signal when nobody waits any more
   * @throws what `make` does; the reason of the caller's signal
   */
  async of(asked: AskedOrder, signal: AbortSignal, make: (signal: AbortSignal) => Promise<Matrix>): Promise<Matrix> {
    const { version } = asked
    const known = this.known(version)
    if (known !== undefined) return known
    signal.throwIfAborted()
    const underWay = this.#underWay.get(version) ?? this.#begin(asked, make)
    underWay.waiting++
    let leave = () => {}
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason)
      signal.addEventListener('abort', leave, { once: true })
    })
    try {
      return await Promise.race([underWay.making, left])
    } finally {
      signal.removeEventListener('abort', leave)
      if (--underWay.waiting === 0) {
        if (this.#underWay.get(version) === underWay) this.#underWay.delete(version)
        underWay.ended.abort()
      }
    }
  }

  #begin(asked: AskedOrder, make: (signal: AbortSignal) => Promise<Matrix>): UnderWay<Matrix> {
    this.#misses++
    const ended = new AbortController()
    const making = make(ended.signal).then((matrix) => {
      this.#keep(asked, matrix)
      return matrix
    })
    // Whoever waited hears of it; there may be nobody left.
    making.catch(() => {})
    const underWay = { making, ended, waiting: 0 }
    this.#underWay.set(asked.version, underWay)
    return underWay
  }

  #keep(asked: AskedOrder, matrix: Matrix): void {
    const { version, reader, data } = asked
    for (const [earlier, kept] of this.#kept) {
      if (kept.reader === reader && kept.data !== data) this.#kept.delete(earlier)
    }
    this.#kept.set(version, { ...asked, matrix, bytes: matrix.bytes })
    let bytes = this.#bytes()
    for (const [oldest, kept] of this.#kept) {
      if (bytes <= this.#mostBytes || oldest === version) break
      this.#kept.delete(oldest)
      bytes -= kept.bytes
    }
  }

  #bytes(): number {
    return this.#kept.values().reduce((sum, { bytes }) => sum + bytes, 0)
  }
}
