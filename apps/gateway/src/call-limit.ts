import { CallCounts, type Principal } from '@assay/auth'
import { resourceExhausted } from '@assay/errors'
import { type Logger, refused, toConnectError } from '@assay/server'
import type { Sql } from '@assay/store'
import type { ConnectError } from '@connectrpc/connect'

/** Counts the calls of clients over all processes of the gateway, and refuses those beyond the limit. */
export interface CallLimit {
  /** @throws RESOURCE_EXHAUSTED with `Retry-After` in seconds; UNAVAILABLE when the counts cannot be read */
  count(principal: Principal, version: string): Promise<void>
}

interface CallLimitOptions {
  /** The name of the counts; counts of different names are separate. */
  readonly name: string
  /** The most calls of a client and API version in each window; 0 for no limit. */
  readonly calls: number
  readonly windowSeconds: number
}

/** Once a client is beyond the limit, this process refuses its calls without the database until the window ends. */
export function createCallLimit(sql: Sql, options: CallLimitOptions, logger: Logger): CallLimit {
  const { name, calls, windowSeconds } = options
  if (calls === 0) return { count: async () => {} }
  const counts = new CallCounts(sql, { name, most: calls, windowSeconds })
  return {
    async count({ tenantId, clientId }, version) {
      const msBeforeNext = await counts.count(tenantId, `${clientId}/${version}`).catch((err: unknown) => {
        logger.error({ err }, 'calls cannot be counted')
        throw toConnectError(err)
      })
      if (msBeforeNext === undefined) return
      refused('call_limit')
      throw exceeded(msBeforeNext, calls, windowSeconds)
    },
  }
}

function exceeded(msBeforeNext: number, calls: number, windowSeconds: number): ConnectError {
  const retryAfterMs = Math.max(1000, msBeforeNext)
  const message = `More than ${calls} calls in ${windowSeconds} seconds; go on in ${Math.ceil(retryAfterMs / 1000)} s`
  return toConnectError(resourceExhausted(message, { reason: 'RATE_LIMIT', retryAfterMs }))
}
