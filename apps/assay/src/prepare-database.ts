import { prepareQueues } from '@assay/jobs'
import { queues } from '@assay/role-mining'
import { sessionQueues } from '@assay/role-sessions'
import { migrate } from '@assay/store'

/** Brings schema and queues up to date, as the owner. Gives the names of the migrations that were missing. */
export async function prepareDatabase(ownerUrl: string): Promise<readonly string[]> {
  const { applied } = await migrate(ownerUrl)
  await prepareQueues(ownerUrl, [...queues, ...sessionQueues])
  return applied
}
