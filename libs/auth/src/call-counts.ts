import { inTenant, type Sql } from '@assay/store'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'

interface CallCountOptions {
  /** Counts of different names are apart. */
  readonly name: string
  /** Calls of one caller in one window. */
  readonly most: number
  readonly windowSeconds: number
}

/**
 * Counts the calls of a tenant's clients, all processes together, in windows that begin with a caller's first call. Once a caller
 * is beyond its limit, this process refuses by itself until the window ends.
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
   * @returns the milliseconds until the window ends when the call is beyond the limit, else undefined
   * @throws when the counts cannot be read
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
    // The limiter asks node-postgres by one method; ours works in the tenant's scope, as every query of a tenant's rows does.
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
