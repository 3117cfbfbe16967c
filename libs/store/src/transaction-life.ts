import { handOnShape } from './caller-shaped.ts'
import type { TenantSql } from './database.ts'

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

  constructor() {
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
        return handOnShape(Reflect.apply(target, self, args), args)
      },
      get: (target, name) => {
        if (name === 'savepoint') return savepoint
        if (name === 'unsafe' || name === 'file') this.#requireOpen()
        return Reflect.get(target, name)
      },
    })
  }

  #requireOpen(): void {
    if (this.#state === 'open') return
    const message = 'The transaction is over, or its connection was lost; nothing more can run in it'
    throw Object.assign(new Error(message), { code: 'CONNECTION_CLOSED' })
  }
}
