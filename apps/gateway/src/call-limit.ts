import type { Principal } from '@assay/auth'
import { type Logger, toConnectError } from '@assay/server'
import { inTenant, type Sql } from '@assay/store'
import { Code, ConnectError } from '@connectrpc/connect'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'

/** Counts the calls of clients, all processes of the gateway together, and refuses those beyond the limit. */
export interface CallLimit {
  /** Throws RESOURCE_EXHAUSTED with `Retry-After` in seconds, UNAVAILABLE when the counts cannot be read. */
  count(principal: Principal, version: string): Promise<void>
}

export interface CallLimitOptions {
  /** Whose calls are counted: counts of different names are apart. */
  readonly name: string
  /** So many calls of a client and version of the API in each window; 0 for no limit. */
  readonly calls: number
  readonly windowSeconds: number
}

/** Once a client is beyond the limit, this process refuses by itself until the window ends. */
export function createCallLimit(sql: Sql, options: CallLimitOptions, logger: Logger): CallLimit {
  const { calls, windowSeconds } = options
  if (calls === 0) return { count: async () => {} }
  const limiters = new Map<number, RateLimiterPostgres>()
  const limiterOf = (tenantId: number) => {
    const limiter = limiters.get(tenantId) ?? makeLimiter(sql, tenantId, options)
    limiters.set(tenantId, limiter)
    return limiter
  }
  return {
    async count({ tenantId, clientId }, version) {
      try {
        await limiterOf(tenantId).consume(`${clientId}/${version}`)
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) throw exceeded(refusal.msBeforeNext, calls, windowSeconds)
        logger.error({ err: refusal }, 'calls cannot be counted')
        throw toConnectError(refusal)
      }
    },
  }
}

function exceeded(msBeforeNext: number, calls: number, windowSeconds: number): ConnectError {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000))
  const message = `More than ${calls} calls in ${windowSeconds} seconds; go on in ${seconds} s`
  return new ConnectError(message, Code.ResourceExhausted, { 'retry-after': String(seconds) })
}

function makeLimiter(
  sql: Sql,
  tenantId: number,
  { name, calls, windowSeconds }: CallLimitOptions,
): RateLimiterPostgres {
  // The limiter asks node-postgres by one method; ours works in the tenant's scope, as every query of a tenant's rows does.
  const client = {
    query: async ({ text, values }: { text: string; values: never[] }) => {
      const rows = await inTenant(sql, tenantId, (scoped) => scoped.unsafe(text, values))
      return { rows, rowCount: rows.count }
    },
  }
  return new RateLimiterPostgres({
    storeClient: client,
    storeType: 'client',
    tableName: 'call_counts',
    tableCreated: true,
    keyPrefix: name,
    points: calls,
    duration: windowSeconds,
    inMemoryBlockOnConsumed: calls + 1,
  })
}
