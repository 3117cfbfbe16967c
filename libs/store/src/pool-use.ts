/** The present use of a pool. */
export interface PoolState {
  /** The most connections that it opens. */
  readonly most: number
  readonly open: number
  /** The open connections in which a transaction or a statement runs. */
  readonly busy: number
  /** Transactions and statements that wait for a connection. */
  readonly waiting: number
}

/** A transaction, from the request for a connection to its end. */
interface Turn {
  begun(): void
  over(): void
}

/** The parts of the driver's query that are used here; `state` is null until it has a connection. */
interface DriverQuery extends Promise<unknown> {
  handler(query: DriverQuery): void
  readonly state: object | null
}

/** Counts the statements and transactions of a pool, since the driver does not report them. */
export class PoolUse {
  readonly #most: number
  readonly #onWait: (seconds: number) => void
  readonly #statements = new Set<DriverQuery>()
  /** The connections that were opened since the pool was last replaced, which happens when one of them closes. */
  #open = 0
  #generation = 0
  #waiting = 0
  #running = 0

  /** @param onWait receives the seconds that each transaction waited before it began */
  constructor(most: number, onWait: (seconds: number) => void = () => {}) {
    this.#most = most
    this.#onWait = onWait
  }

  get state(): PoolState {
    const sent = [...this.#statements].filter(({ state }) => state !== null).length
    // Statements outside of transactions share a connection when none is free.
    const busy = Math.min(this.#open, this.#running + sent)
    return { most: this.#most, open: this.#open, busy, waiting: this.#waiting + this.#statements.size - sent }
  }

  /** Starts to count the connections of a new pool. @returns a function to call for each opened connection */
  beginGeneration(): () => void {
    const generation = ++this.#generation
    this.#open = 0
    return () => {
      if (generation === this.#generation) this.#open++
    }
  }

  wish(): Turn {
    const wishedAt = performance.now()
    let stage: 'waiting' | 'running' | 'over' = 'waiting'
    this.#waiting++
    return {
      begun: () => {
        if (stage !== 'waiting') return
        stage = 'running'
        this.#waiting--
        this.#running++
        this.#onWait((performance.now() - wishedAt) / 1000)
      },
      over: () => {
        if (stage === 'waiting') this.#waiting--
        if (stage === 'running') this.#running--
        stage = 'over'
      },
    }
  }

  /** Watches a query from the moment when it is passed to the pool. Other values and parts of queries are never passed to it. */
  watched<T>(made: T): T {
    if (!isQuery(made)) return made
    const { handler } = made
    made.handler = (query) => {
      this.#statements.add(query)
      const end = () => void this.#statements.delete(query)
      query.then(end, end)
      handler(query)
    }
    return made
  }
}

function isQuery(made: unknown): made is DriverQuery {
  return made instanceof Promise && 'handler' in made && typeof made.handler === 'function'
}
