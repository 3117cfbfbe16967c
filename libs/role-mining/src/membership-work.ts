import { defineWork, jobs } from '@assay/jobs'
import {
  applyMembership,
  type CircuitBreaker,
  type MembershipReport,
  type MembershipTransaction,
} from '@assay/profiles'
import { inTenant, type Sql } from '@assay/store'
import { holdBackByPolicies } from './hold-back.ts'
import { changeQueue, membershipQueue } from './queues.ts'
import type { SnapshotCache } from './snapshot-cache.ts'

/** What the evaluation of membership rules needs. */
interface MembershipTools {
  readonly sql: Sql
  readonly snapshots: SnapshotCache
  readonly threads: number
  readonly breaker: CircuitBreaker
  readonly onApplied: (tenantId: number, report: MembershipReport) => void
}

export function membershipWork({ sql, snapshots, threads, breaker, onApplied }: MembershipTools) {
  return defineWork<{ tenantId: number }, { tenantId: number }>({
    queue: membershipQueue,
    title: 'The evaluation of membership rules',
    takeUp: async (payload) => payload,
    run: async ({ tenantId }, { signal }) => {
      const transaction: MembershipTransaction = (work) =>
        snapshots.use(tenantId, async (scoped, loaded) =>
          work(scoped, await holdBackByPolicies(scoped, tenantId, loaded)),
        )
      onApplied(tenantId, await applyMembership(sql, tenantId, { signal, threads, breaker, transaction }))
      // The members of the profiles may have changed.
      await inTenant(sql, tenantId, (scoped) => jobs.enqueue(scoped, changeQueue, { tenantId }, `tenant-${tenantId}`))
    },
  })
}
