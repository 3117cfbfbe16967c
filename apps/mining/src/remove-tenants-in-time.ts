import { removeDueTenants } from '@assay/jobs'
import type { Logger } from '@assay/server'
import type { Sql } from '@assay/store'

const intervalMs = 60_000

/** Looks once a minute for tenants whose grace time is over, and removes them. Several workers do it without harm. */
export function removeTenantsInTime(sql: Sql, logger: Logger, everyMs = intervalMs): { stop(): Promise<void> } {
  let looking: Promise<void> | undefined
  const look = async () => {
    try {
      for (const tenantId of await removeDueTenants(sql)) logger.info({ tenantId }, 'a deleted tenant is removed')
    } catch (err) {
      logger.error({ err }, 'deleted tenants could not be removed; the next look tries again')
    } finally {
      looking = undefined
    }
  }
  const timer = setInterval(() => {
    looking ??= look()
  }, everyMs)
  return {
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}
