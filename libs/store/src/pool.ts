import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '@assay/errors'
import { beginStep, type Span, within } from '@assay/tracing'
import type postgres from 'postgres'
import { type DriverCheck, type DriverOptions, openDriver } from './driver.ts'
import type { Sql } from './handles.ts'
import { PoolUse } from './pool-use.ts'
import type { FirstQuery } from './settings.ts'
import { SingleQuery } from './single-query.ts'
import { type DatabaseAttributes, databaseAttributes, errorType, traced } from './statement-spans.ts'
import { TransactionLife } from './transaction-life.ts'

/**
 * The driver's pool, which is replaced as a whole when one of its connections breaks. The driver (3.4.9) may reuse parts of a broken
 * connection: with unsent bytes, every later attempt on that slot times out, the next query gets the error of the old one, and a
 * transaction continues inside another one (https://github.com/porsager/postgres/issues/1216, /pull/1155, /pull/1215). Connections have
 * neither an idle timeout nor a maximum lifetime, so they only close when something is wrong; transactions on the intact connections of a
 * replaced pool run to their end.
 */
export class Pool {
  /** The handle for the rest of the program; it always uses the current pool. */
  readonly sql: Sql
  readonly use: PoolUse
  readonly #url: string
  readonly #options: DriverOptions
  readonly #check: DriverCheck
  readonly #attributes: DatabaseAttributes
  readonly #retired = new Set<Generation>()
  #current: Generation
  #isClosing = false

  constructor(url: string, options: DriverOptions, check: DriverCheck, onWait?: (seconds: number) => void) {
    this.#url = url
    this.#options = options
    this.#check = check
    this.#attributes = databaseAttributes(url)
    this.use = new PoolUse(options.max ?? 10, onWait)
    this.#current = this.#open()
    const properties = new Map<PropertyKey, unknown>([
      ['begin', this.#begin.bind(this)],
      ['end', this.close.bind(this)],
      // A prefix of a query makes it a prepared one.
      ['single', options.prepare === false ? undefined : this.#single.bind(this)],
    ])
    this.sql = new Proxy(this.#current.driver, {
      apply: (_, self, args) => this.#traced(this.use.watched(Reflect.apply(this.#current.driver, self, args))),
      get: (_, name) => properties.get(name) ?? Reflect.get(this.#current.driver, name),
    })
  }

  /** Lets running queries finish for up to five seconds. */
  async close(): Promise<void> {
    this.#isClosing = true
    await Promise.all([this.#current.driver.end({ timeout: 5 }), ...[...this.#retired].map(drain)])
  }

  #open(): Generation {
    const lives = new Set<TransactionLife>()
    const onclose = () => {
      for (const life of lives) life.suspect()
      if (this.#isClosing || this.#current.lives !== lives) return
      const broken = this.#current
      this.#current = this.#open()
      this.#retired.add(broken)
      broken.driver.end().then(() => this.#retired.delete(broken))
    }
    const opened = this.use.beginGeneration()
    // The server sends its version on each new connection; the driver reports changed values.
    const onparameter = (name: string) => {
      if (name !== 'server_version') return
      opened()
      delete (driver.parameters as { server_version?: string }).server_version
    }
    const options = { ...this.#options, idle_timeout: undefined, max_lifetime: null, onclose, onparameter }
    const driver = openDriver(this.#url, options, this.#check)
    return { driver, lives }
  }

  #single(first: FirstQuery): SingleQuery {
    return new SingleQuery(this.#current.driver, first, this.use, this.#traced)
  }

  readonly #traced = <Made>(made: Made): Made => traced(made, this.#attributes)

  /** A transaction is a separate step of the trace: from the request for a connection to the response to the commit. */
  #begin<T>(...args: Begin<T>): Promise<T> {
    const span = beginStep(() => ({ name: 'transaction', kind: 'internal', attributes: { ...this.#attributes } }))
    return span === undefined ? this.#run(args) : this.#runTraced(args, span)
  }

  async #runTraced<T>(args: Begin<T>, span: Span): Promise<T> {
    const wishedAt = performance.now()
    const onBegun = () => span.set({ 'assay.pool.wait_ms': Math.round(performance.now() - wishedAt) })
    try {
      return await within(span, () => this.#run(args, onBegun))
    } catch (error) {
      // A refusal also rolls back, but it is a normal answer.
      if (!(error instanceof DomainError)) span.fail(errorType(error))
      throw error
    } finally {
      span.end()
    }
  }

  async #run<T>(args: Begin<T>, onBegun?: () => void): Promise<T> {
    const [level, work] = args.length === 1 ? ['', args[0]] : args
    const { driver, lives } = this.#current
    const life = new TransactionLife(this.#traced)
    lives.add(life)
    const turn = this.use.wish()
    try {
      // Wrapped, because the driver would treat a result that is an array as a list of promises.
      const guarded: Work<{ readonly result: T }> = (transaction) => {
        turn.begun()
        onBegun?.()
        return life.settleWhileOpen(async () => ({ result: await work(life.guard(transaction)) }))
      }
      const outcome = await driver.begin(level, guarded)
      return outcome.result
    } finally {
      turn.over()
      life.end()
      lives.delete(life)
    }
  }
}

interface Generation {
  readonly driver: Sql
  readonly lives: Set<TransactionLife>
}

type Work<T> = (sql: postgres.TransactionSql<{ bigint: bigint }>) => T | Promise<T>
type Begin<T> = [Work<T>] | [level: string, work: Work<T>]

/** Members of a pool that the driver's types do not have. */
export interface PooledSql {
  /** A transaction of one query; undefined when nothing is prepared. */
  readonly single?: ((first: FirstQuery) => SingleQuery) | undefined
}

/**
 * Waits for the transactions of a replaced pool. The pool itself cannot be asked: the slot of the broken connection may never report its
 * end.
 */
async function drain({ driver, lives }: Generation): Promise<void> {
  await atMost(5000, Promise.all([...lives].map((life) => life.ended)))
  await atMost(100, driver.end())
}

async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const late = new AbortController()
  await Promise.race([work, sleep(milliseconds, undefined, { signal: late.signal }).catch(() => undefined)])
  late.abort()
}
