/** The order that a caller requests. */
interface AskedOrder {
  /** Differs for every order. */
  readonly version: string
  /** The reader of the order: a tenant, or those who see some of its people. */
  readonly reader: string
  /** The version of the reader's data that the order is made from. */
  readonly data: string
}

interface Kept<Matrix> extends AskedOrder {
  /** Orders are numbered as they are begun. */
  readonly number: number
  readonly matrix: Matrix
  readonly bytes: number
}

interface UnderWay<Matrix> {
  readonly making: Promise<Matrix>
  readonly ended: AbortController
  waiting: number
}

interface Options {
  /** When the orders take more bytes than this, the least recently used ones are removed; the last one used stays. Default 64 MiB. */
  readonly mostBytes?: number
}

const defaultMostBytes = 64 * 1024 * 1024

/**
 * A cache of orders of matrices by their version, which depends on the snapshot, the reader's scope and the roles. An order is made once
 * for any number of concurrent callers, and cancelled when no caller waits for it any more. The first order of other data removes the
 * orders of the reader's earlier data, which no caller needs any more.
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

  /** The counts of hits and misses since the start, and the present entries and bytes. */
  get counts() {
    return { entries: this.#kept.size, bytes: this.#bytes(), hits: this.#hits, misses: this.#misses }
  }

  /** A cached order; undefined if there is none. */
  known(version: string): Matrix | undefined {
    const kept = this.#kept.get(version)
    if (kept === undefined) return undefined
    this.#hits++
    this.#kept.delete(version)
    this.#kept.set(version, kept)
    return kept.matrix
  }

  /**
   * The order of a version, from the cache or made by `make`.
   * @param make gets a signal that is aborted when no caller waits any more
   * @throws what `make` throws; the reason of the caller's signal
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
    const number = this.#misses
    const making = make(ended.signal).then((matrix) => {
      this.#keep(asked, number, matrix)
      return matrix
    })
    // Waiting callers get the error; there may be none left.
    making.catch(() => {})
    const underWay = { making, ended, waiting: 0 }
    this.#underWay.set(asked.version, underWay)
    return underWay
  }

  #keep(asked: AskedOrder, number: number, matrix: Matrix): void {
    const { version, reader, data } = asked
    const ofOtherData = [...this.#kept.values()].filter((kept) => kept.reader === reader && kept.data !== data)
    // An order that was begun before the data were replaced, and ends after the first one of the next data.
    if (ofOtherData.some((kept) => kept.number > number)) return
    for (const kept of ofOtherData) this.#kept.delete(kept.version)
    this.#kept.set(version, { ...asked, number, matrix, bytes: matrix.bytes })
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
