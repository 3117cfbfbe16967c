import { defineWork, jobs } from '@assay/jobs'
import { applyMembership, type CircuitBreaker, type MembershipReport } from '@assay/profiles'
import { inTenant, type Sql } from '@assay/store'
import { changeQueue, membershipQueue } from './queues.ts'

/** What membership rules are evaluated with. */
interface MembershipTools {
  readonly sql: Sql
  readonly threads: number
  readonly breaker: CircuitBreaker
  readonly onApplied: (tenantId: number, report: MembershipReport) => void
}

export function membershipWork({ sql, threads, breaker, onApplied }: MembershipTools) {
  return defineWork<{ tenantId: number }, { tenantId: number }>({
    queue: membershipQueue,
    title: 'The evaluation of membership rules',
    takeUp: async (payload) => payload,
    run: async ({ tenantId }, { signal }) => {
      onApplied(tenantId, await applyMembership(sql, tenantId, { signal, threads, breaker }))
      // The profiles have other members now.
      await inTenant(sql, tenantId, (scoped) => jobs.enqueue(scoped, changeQueue, { tenantId }, `tenant-${tenantId}`))
    },
  })
}
