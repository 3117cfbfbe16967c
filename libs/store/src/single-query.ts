import { handOnShape } from './caller-shaped.ts'
import type { Sql, TenantSql } from './handles.ts'
import type { PoolUse } from './pool-use.ts'
import type { FirstQuery } from './settings.ts'

/** The driver's query; the driver's types show only a promise. */
interface DriverQuery extends Promise<unknown> {
  handler: (query: DriverQuery) => void
  readonly options: { first?: FirstQuery; onexecute?: () => boolean }
  [heldKey]?: DriverQuery['handler']
}

const singleKey = Symbol('single')
/** The function that sends a query, stored until the query may be sent. */
const heldKey = Symbol('held')

/**
 * A transaction of one query. The driver sends the query directly after the tenant's settings, in one message and without `begin` and
 * `commit`: everything before one Sync is one transaction (PostgreSQL's documentation, "Pipelining" of the extended query protocol).
 */
export class SingleQuery {
  /**
   * Makes queries, of which `ask` sends one. It refuses any other query, because that would run without the tenant's
   * settings.
   */
  readonly handle: TenantSql
  readonly #first: FirstQuery
  readonly #use: PoolUse
  #isAsked = false

  constructor(driver: Sql, first: FirstQuery, use: PoolUse, traced: <Made>(made: Made) => Made) {
    this.#first = first
    this.#use = use
    this.handle = new Proxy(driver as unknown as TenantSql, {
      apply: (target, self, args) => held(traced(handOnShape(Reflect.apply(target, self, args), args))),
      get: (target, name) => {
        if (name === singleKey) return this
        if (refusedNames.has(name)) throw new TypeError(`A transaction of one query has no ${String(name)}`)
        return Reflect.get(target, name)
      },
    })
  }

  /** The single query of a handle; undefined for other transactions. */
  static of(sql: TenantSql): SingleQuery | undefined {
    return (sql as { readonly [singleKey]?: SingleQuery })[singleKey]
  }

  async ask<T>(query: PromiseLike<T>): Promise<T> {
    if (this.#isAsked) throw new TypeError('A transaction of one query has been asked its query already')
    this.#isAsked = true
    const asked = query as unknown as DriverQuery
    const turn = this.#use.wish()
    asked.options.first = this.#first
    asked.options.onexecute = () => {
      turn.begun()
      // Only this query uses the connection: the driver sends no other one behind it.
      return false
    }
    asked.handler = asked[heldKey] ?? asked.handler
    try {
      return await query
    } finally {
      turn.over()
    }
  }
}

function held<T>(made: T): T {
  if (!(made instanceof Promise)) return made
  const query = made as unknown as DriverQuery
  query[heldKey] = query.handler
  query.handler = refuse
  return made
}

const refusedNames: ReadonlySet<PropertyKey> = new Set(['unsafe', 'file', 'begin', 'savepoint', 'reserve', 'notify'])

function refuse(query: DriverQuery): void {
  const { reject } = query as unknown as { reject(reason: unknown): void }
  reject.call(query, new TypeError('A transaction of one query asks it by askLast, and no other'))
}
