import { eventQueues } from '@assay/events'
import { enqueueAsOwner, prepareQueues, withSchedules } from '@assay/jobs'
import { tenantsWithUncheckedRules } from '@assay/profiles'
import { reviewQueues } from '@assay/reviews'
import { membershipQueue, queues } from '@assay/role-mining'
import { sessionQueues, sessionSchedules } from '@assay/role-sessions'
import { sourceQueues } from '@assay/source-loads'
import { pullQueues } from '@assay/source-pulls'
import { migrate, openOwnerDatabase } from '@assay/store'

/**
 * Brings schema, queues and the schedules of the platform's own work up to date, as the owner, and asks for a look at the
 * membership rules that another version stored. Returns the names of the migrations that were missing.
 * @param onWait hears why a migration has to wait
 */
export async function prepareDatabase(
  ownerUrl: string,
  onWait: (reason: string) => void = () => {},
): Promise<readonly string[]> {
  const { applied } = await migrate(ownerUrl, { onWait })
  await prepareQueues(ownerUrl, [
    ...queues,
    ...reviewQueues,
    ...sourceQueues,
    ...pullQueues,
    ...sessionQueues,
    ...eventQueues,
  ])
  for (const { queue, schedule } of sessionSchedules) {
    await withSchedules(ownerUrl, queue, (schedules) => schedules.set('all-tenants', schedule, {}))
  }
  await askForRuleChecks(ownerUrl)
  return applied
}

/** An evaluation checks first. Asking again while one waits does no harm. */
async function askForRuleChecks(ownerUrl: string): Promise<void> {
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-migrate', maxConnections: 1 })
  try {
    const tenantIds = await tenantsWithUncheckedRules(owner.sql)
    const jobs = tenantIds.map((tenantId) => ({ payload: { tenantId }, key: `tenant-${tenantId}` }))
    await enqueueAsOwner(ownerUrl, membershipQueue, jobs)
  } finally {
    await owner.close()
  }
}
