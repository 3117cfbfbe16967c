import { setTimeout as sleep } from 'node:timers/promises'
import { handOnShape } from './caller-shaped.ts'
import type { TenantSql } from './handles.ts'

/** How the driver knows a query; its types show no more of it than a promise. */
interface DriverQuery extends Promise<unknown> {
  readonly executed: boolean
  readonly active: boolean
  readonly canceller: ((query: DriverQuery) => Promise<void>) | null
}

/** A property of handles. Not a `WeakMap`: a minor collection keeps what the map of an older one leads to, of every transaction. */
const lifeKey = Symbol('life')
/** Queries of a transaction run one after another, and no code sends many before it waits. */
const mostSent = 64

/**
 * Whether a transaction may still be used. The driver tells at once that a connection closed, but not whose; whose, it
 * tells by rejecting `begin` some microtasks later. In between, every transaction of the pool is suspect.
 */
export class TransactionLife {
  /** Settles when `begin` has, whichever way. */
  readonly ended: Promise<void>
  readonly #reportEnd: () => void
  #state: 'open' | 'suspect' | 'over' = 'open'
  #verdict: Promise<void> = Promise.resolve()
  #sent: DriverQuery[] = []
  #stop: { readonly reason: unknown } | undefined
  #isAskedLast = false
  #staysOpen = false
  readonly #seen: <T>(made: T) => T

  /** @param seen gets whatever a handle makes, and gives it back */
  constructor(seen: <T>(made: T) => T = (made) => made) {
    this.#seen = seen
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.#reportEnd = resolve
  }

  suspect(): void {
    if (this.#state !== 'open') return
    this.#state = 'suspect'
    this.#verdict = new Promise((given) => {
      // A tick asked for by a microtask comes when all microtasks have run: by then `begin` has rejected, or will not.
      queueMicrotask(() =>
        process.nextTick(() => {
          if (this.#state === 'suspect') this.#state = 'open'
          given()
        }),
      )
    })
  }

  end(): void {
    this.#state = 'over'
    // The pool's set of transactions may lead here for longer than they last.
    this.#sent = []
    this.#reportEnd()
  }

  /**
   * The outcome of `work`, held back for ever once the transaction is over: the driver answers an outcome by sending
   * commit or rollback, whatever its connection has become. Nobody waits for it then, since `begin` has rejected.
   */
  settleWhileOpen<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = async (outcome: () => void) => {
        if (this.#state === 'suspect') await this.#verdict
        if (this.#state === 'open') outcome()
      }
      work().then(
        (value) => settle(() => resolve(value)),
        (error) => settle(() => reject(error)),
      )
    })
  }

  /** Of a transaction's handle; undefined for one that no pool of this library gave. */
  static of(transaction: TenantSql): TransactionLife | undefined {
    return (transaction as { readonly [lifeKey]?: TransactionLife })[lifeKey]
  }

  /**
   * Refuses further queries for the reason and cancels the one that runs. Resolves when the server was told, or there is none:
   * before that the connection must not be given to another transaction, whose query the server would cancel instead.
   */
  async stop(reason: unknown): Promise<void> {
    this.#stop ??= { reason }
    // The commit lies behind the query: the connection may serve somebody else before the server is told. Its time limit ends the query.
    if (this.#isAskedLast) return
    const { running } = await this.#whatRuns()
    // A server that cannot be told ends the query by its own time limit.
    await running?.canceller?.(running).catch(() => {})
  }

  /** The query that runs now; one that stands behind `begin` runs in a moment. */
  async #whatRuns(): Promise<{ readonly running: DriverQuery | undefined }> {
    // A query that was not asked for would run by being waited for.
    const first = this.#sent.find(({ executed }) => executed)
    if (first === undefined) return { running: undefined }
    let isOver = false
    const end = () => {
      isOver = true
    }
    first.then(end, end)
    for (;;) {
      const running = this.#sent.find(({ active }) => active)
      // Not by itself: a query that is returned would be waited for.
      if (running !== undefined || isOver) return { running }
      await sleep(1)
    }
  }

  /** Whether the commit was sent behind a query. */
  get isAskedLast(): boolean {
    return this.#isAskedLast
  }

  /** Whoever runs the transaction asks something after its work: no query is its last. */
  stayOpen(): void {
    this.#staysOpen = true
  }

  /** @returns whether the commit may follow the next query at once */
  askedLast(): boolean {
    this.#isAskedLast = !this.#staysOpen
    return this.#isAskedLast
  }

  /** The same handle, asking before each use whether it may still be used. */
  guard(transaction: TenantSql): TenantSql {
    const savepoint = <T>(...args: [string, (inner: TenantSql) => T] | [(inner: TenantSql) => T]) => {
      this.#requireOpen()
      const [name, work] = args.length === 1 ? [undefined, args[0]] : args
      const guardedWork = (inner: TenantSql) => this.settleWhileOpen(async () => work(this.guard(inner)))
      return name === undefined ? transaction.savepoint(guardedWork) : transaction.savepoint(name, guardedWork)
    }
    return new Proxy(transaction, {
      apply: (target, self, args) => {
        this.#requireOpen()
        return this.#noted(this.#seen(handOnShape(Reflect.apply(target, self, args), args)))
      },
      get: (target, name) => {
        if (name === 'savepoint') return savepoint
        if (name === lifeKey) return this
        if (name === 'unsafe' || name === 'file') this.#requireOpen()
        return Reflect.get(target, name)
      },
    })
  }

  #noted<T>(made: T): T {
    if (made instanceof Promise) {
      if (this.#sent.length >= mostSent) this.#sent = this.#sent.slice(-mostSent / 2)
      this.#sent.push(made as unknown as DriverQuery)
    }
    return made
  }

  #requireOpen(): void {
    if (this.#stop !== undefined) throw this.#stop.reason
    if (this.#state === 'open') return
    const message = 'The transaction is over, or its connection was lost; nothing more can run in it'
    throw Object.assign(new Error(message), { code: 'CONNECTION_CLOSED' })
  }
}
