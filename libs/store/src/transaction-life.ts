import { setTimeout as sleep } from 'node:timers/promises'
import { handOnShape } from './caller-shaped.ts'
import type { TenantSql } from './handles.ts'

/** The driver's query; the driver's types show only a promise. */
interface DriverQuery extends Promise<unknown> {
  readonly executed: boolean
  readonly active: boolean
  readonly canceller: ((query: DriverQuery) => Promise<void>) | null
}

/**
 * A property of handles and not a `WeakMap`: a minor garbage collection would keep everything that an older map refers to, for all
 * transactions.
 */
const lifeKey = Symbol('life')
/** The most queries that are remembered: queries of a transaction run one after another, and no code sends many before it waits. */
const mostSent = 64

/**
 * Whether a transaction may still be used. The driver reports at once that a connection closed, but not of which transaction; that becomes
 * known some microtasks later, when its `begin` is rejected. In between, every transaction of the pool may be the one.
 */
export class TransactionLife {
  /** Settles when `begin` has settled, in either way. */
  readonly ended: Promise<void>
  readonly #reportEnd: () => void
  #state: 'open' | 'suspect' | 'over' = 'open'
  #verdict: Promise<void> = Promise.resolve()
  #sent: DriverQuery[] = []
  #stop: { readonly reason: unknown } | undefined
  #isAskedLast = false
  #staysOpen = false
  readonly #seen: <T>(made: T) => T

  /** @param seen receives everything that a handle makes, and returns it */
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
      // A tick that is scheduled by a microtask runs after all microtasks: by then `begin` has been rejected, or will not be.
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
    // The pool's set of transactions may keep this object longer than the transaction lasts.
    this.#sent = []
    this.#reportEnd()
  }

  /**
   * The outcome of `work`, which never settles once the transaction has ended: the driver answers an outcome by sending commit or rollback,
   * whatever the connection is used for by then. No code waits for it, since `begin` has been rejected.
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

  /** The life of a transaction's handle; undefined for a handle that no pool of this library made. */
  static of(transaction: TenantSql): TransactionLife | undefined {
    return (transaction as { readonly [lifeKey]?: TransactionLife })[lifeKey]
  }

  /**
   * Refuses further queries with the reason, and cancels the running one. Resolves when the server has the cancellation, or no query runs:
   * earlier, the connection must not be given to another transaction, whose query the server would cancel instead.
   */
  async stop(reason: unknown): Promise<void> {
    this.#stop ??= { reason }
    // The commit was sent after the query: the connection may serve another transaction before a cancellation reaches the server. The
    // query's time limit ends it.
    if (this.#isAskedLast) return
    const { running } = await this.#whatRuns()
    // If the server cannot be reached, its own time limit ends the query.
    await running?.canceller?.(running).catch(() => {})
  }

  /** The running query; one that was sent after `begin` will run in a moment. */
  async #whatRuns(): Promise<{ readonly running: DriverQuery | undefined }> {
    // Awaiting a query that was not sent would send it, so only sent ones count.
    const first = this.#sent.find(({ executed }) => executed)
    if (first === undefined) return { running: undefined }
    let isOver = false
    const end = () => {
      isOver = true
    }
    first.then(end, end)
    for (;;) {
      const running = this.#sent.find(({ active }) => active)
      // Wrapped in an object, since a returned query would be awaited.
      if (running !== undefined || isOver) return { running }
      await sleep(1)
    }
  }

  /** Whether the commit was sent after a query. */
  get isAskedLast(): boolean {
    return this.#isAskedLast
  }

  /** The code that runs the transaction sends a query after the work, so no query of the work is the last one. */
  stayOpen(): void {
    this.#staysOpen = true
  }

  /** @returns whether the commit may directly follow the next query */
  askedLast(): boolean {
    this.#isAskedLast = !this.#staysOpen
    return this.#isAskedLast
  }

  /** The same handle; each use first checks whether the transaction may still be used. */
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
