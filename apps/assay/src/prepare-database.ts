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
 * Migrates the schema, prepares the queues and the schedules of the platform's own work, as the owner, and enqueues a check of the
 * membership rules that another version stored. @returns the names of the applied migrations
 * @param onWait receives the reason when a migration has to wait
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

/** Enqueues an evaluation, which checks the rules first. An evaluation that already waits is not enqueued twice. */
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
