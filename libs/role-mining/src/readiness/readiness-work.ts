import { storedMemberships, usageReach } from '@assay/directory'
import { defineWork } from '@assay/jobs'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { getConfig } from '../config.ts'
import { readinessQueue } from '../queues.ts'
import type { SnapshotCache } from '../snapshot-cache.ts'
import { measureInThread } from './measure-in-thread.ts'
import { type LinkFindings, measuredReport } from './measured-report.ts'
import { completeReadiness, failReadiness, forgetReadiness, isMeasuring } from './readiness-reports.ts'

/** What the measurement of readiness needs. */
interface ReadinessTools {
  readonly sql: Sql
  readonly snapshots: SnapshotCache
  readonly linkFindings: (sql: TenantSql) => Promise<LinkFindings>
}

interface ReadinessTask {
  readonly tenantId: number
  readonly importId: string
}

/** Measures the readiness of an import's data, in a separate thread. An import that is no longer in force is not measured. */
export function readinessWork({ sql, snapshots, linkFindings }: ReadinessTools) {
  return defineWork<ReadinessTask, ReadinessTask>({
    queue: readinessQueue,
    title: 'The measurement of the readiness',
    takeUp: async (task) => {
      const isAsked = await inTenant(sql, task.tenantId, (scoped) => isMeasuring(scoped, task.importId))
      return isAsked ? task : undefined
    },
    run: async ({ tenantId, importId }, { signal }) => {
      const today = Math.floor(Date.now() / 86_400_000)
      const begun = await snapshots.use(tenantId, async (scoped, loaded) => {
        if (loaded?.importId !== importId) return undefined
        const { minCohortSize } = await getConfig(scoped)
        const memberships = await storedMemberships(scoped, loaded.snapshot.entitlementKey)
        return { loaded, question: { today, minCohortSize, memberships } }
      })
      const measured = begun && (await measureInThread(begun.loaded.buffer, begun.question, signal))
      // The facts from the directory are of the same import only while it is in force.
      await snapshots.use(tenantId, async (scoped, loaded) => {
        if (measured === undefined || loaded?.importId !== importId) return forgetReadiness(scoped, importId)
        const links = await linkFindings(scoped)
        const usageThrough = await usageReach(scoped)
        const report = await measuredReport(scoped, loaded.snapshot, measured, { today, usageThrough, links })
        return completeReadiness(scoped, importId, report)
      })
    },
    fail: ({ tenantId, importId }, message) =>
      inTenant(sql, tenantId, (scoped) => failReadiness(scoped, importId, message)),
  })
}
