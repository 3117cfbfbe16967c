import { prepareQueues, withSchedules } from '@assay/jobs'
import { queues } from '@assay/role-mining'
import { sessionQueues, sessionSchedules } from '@assay/role-sessions'
import { migrate } from '@assay/store'

/** Brings schema, queues and the schedules of the platform's own work up to date, as the owner. Gives the names of the migrations that were missing. */
export async function prepareDatabase(ownerUrl: string): Promise<readonly string[]> {
  const { applied } = await migrate(ownerUrl)
  await prepareQueues(ownerUrl, [...queues, ...sessionQueues])
  for (const { queue, schedule } of sessionSchedules) {
    await withSchedules(ownerUrl, queue, (schedules) => schedules.set('all-tenants', schedule, {}))
  }
  return applied
}
