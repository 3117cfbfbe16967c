import type { Sql, TenantSql } from './database.ts'
import { type ConstraintErrors, domainErrorFrom } from './postgres-errors.ts'

export interface TransactionOptions {
  /** Default: read committed. A stricter level may fail with `aborted`, and the caller then starts over. */
  readonly isolation?: 'repeatable read' | 'serializable'
  /** What the violation of a named constraint means here. */
  readonly constraints?: ConstraintErrors
}

/**
 * Runs `work` in one transaction of a pool that `openDatabase` or `openOwnerDatabase` gave. Commits when `work`
 * returns; rolls back when it throws or when any query failed, even one whose error `work` caught (`sql.savepoint`
 * tries something that may fail). Errors of Postgres come out as domain errors where they mean something to callers.
 * `unavailable` from a connection that broke during the commit leaves open whether it happened.
 *
 * The handle that `work` gets refuses queries once the transaction is over or its connection is lost. The driver's own
 * would send them on whatever the connection does next, which may be another tenant's transaction
 * (https://github.com/porsager/postgres/pull/1215).
 */
export async function inTransaction<T>(
  sql: Sql,
  work: (sql: TenantSql) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const life = new TransactionLife()
  const inPool = openTransactions.get(sql)
  if (inPool === undefined) throw new TypeError('Transactions run on a pool that this library opened')
  inPool.add(life)
  try {
    const level = options.isolation === undefined ? '' : `isolation level ${options.isolation}`
    // Wrapped, because the driver would treat a result that is an array as a list of promises.
    const outcome = await sql.begin(level, (transaction) =>
      life.settleWhileOpen(async () => ({ result: await work(guarded(transaction, life)) })),
    )
    return outcome.result
  } catch (error) {
    throw domainErrorFrom(error, options.constraints)
  } finally {
    life.end()
    inPool.delete(life)
  }
}

const openTransactions = new WeakMap<Sql, Set<TransactionLife>>()

/** Called once for each pool; the pool calls what it returns whenever one of its connections closes. */
export function watchTransactions(): { watch(sql: Sql): void; connectionClosed(): void } {
  const inPool = new Set<TransactionLife>()
  return {
    watch: (sql) => openTransactions.set(sql, inPool),
    connectionClosed: () => {
      for (const life of inPool) life.suspect()
    },
  }
}

/**
 * Whether a transaction may still be used. The driver tells at once that a connection closed, but not whose; whose, it
 * tells by rejecting `begin` some microtasks later. In between, every transaction of the pool is suspect.
 */
class TransactionLife {
  #state: 'open' | 'suspect' | 'over' = 'open'
  #verdict: Promise<void> = Promise.resolve()

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
  }

  requireOpen(): void {
    if (this.#state === 'open') return
    const message = 'The transaction is over, or its connection was lost; nothing more can run in it'
    throw Object.assign(new Error(message), { code: 'CONNECTION_CLOSED' })
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
}

/** The same handle, asking before each use whether it may still be used. */
function guarded(transaction: TenantSql, life: TransactionLife): TenantSql {
  const savepoint = <T>(...args: [string, (inner: TenantSql) => T] | [(inner: TenantSql) => T]) => {
    life.requireOpen()
    const [name, work] = args.length === 1 ? [undefined, args[0]] : args
    const guardedWork = (inner: TenantSql) => life.settleWhileOpen(async () => work(guarded(inner, life)))
    return name === undefined ? transaction.savepoint(guardedWork) : transaction.savepoint(name, guardedWork)
  }
  return new Proxy(transaction, {
    apply(target, self, args) {
      life.requireOpen()
      return Reflect.apply(target, self, args)
    },
    get(target, property) {
      if (property === 'savepoint') return savepoint
      if (property === 'unsafe' || property === 'file') life.requireOpen()
      return Reflect.get(target, property)
    },
  })
}
