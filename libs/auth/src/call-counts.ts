import { inTenant, type Sql } from '@assay/store'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'

interface CallCountOptions {
  /** Limits with different names count separately. */
  readonly name: string
  /** The most calls of one caller in one window. */
  readonly most: number
  readonly windowSeconds: number
}

/**
 * Counts the calls of a tenant's clients over all processes, in windows that begin with a caller's first call. When a caller
 * exceeds its limit, this process refuses its calls without the database until the window ends.
 */
export class CallCounts {
  readonly #sql: Sql
  readonly #options: CallCountOptions
  readonly #limiters = new Map<number, RateLimiterPostgres>()

  constructor(sql: Sql, options: CallCountOptions) {
    this.#sql = sql
    this.#options = options
  }

  /**
   * Counts one call.
   * @param caller up to 200 characters
   * @returns the milliseconds until the window ends if the call exceeds the limit, otherwise undefined
   * @throws if the counts cannot be read
   */
  async count(tenantId: number, caller: string): Promise<number | undefined> {
    const limiter = this.#limiters.get(tenantId) ?? this.#makeLimiter(tenantId)
    this.#limiters.set(tenantId, limiter)
    try {
      await limiter.consume(caller)
      return undefined
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext
      throw refusal
    }
  }

  #makeLimiter(tenantId: number): RateLimiterPostgres {
    const { name, most, windowSeconds } = this.#options
    // The limiter expects a client of node-postgres, of which it uses one method. This one works in the scope of the tenant,
    // like every query of a tenant's rows.
    const client = {
      query: async ({ text, values }: { text: string; values: never[] }) => {
        const rows = await inTenant(this.#sql, tenantId, (scoped) => scoped.unsafe(text, values))
        return { rows, rowCount: rows.count }
      },
    }
    return new RateLimiterPostgres({
      storeClient: client,
      storeType: 'client',
      tableName: 'call_counts',
      tableCreated: true,
      keyPrefix: name,
      points: most,
      duration: windowSeconds,
      inMemoryBlockOnConsumed: most + 1,
    })
  }
}
