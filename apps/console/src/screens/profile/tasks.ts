import type { PendingTask } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import {
  type ListPendingTasksResponse,
  ProfileService,
  ResolvePendingTaskRequest_Decision as TaskDecision,
} from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { createClient } from '@connectrpc/connect'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { sentenceOf, transport } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { showToast } from '../../shell/toast.tsx'
import { refreshProfiles } from './queries.ts'
import { texts } from './texts.ts'

const profiles = createClient(ProfileService, transport)
const tasksOf = (page: ListPendingTasksResponse) => page.pendingTasks

/** The tasks of a profile that wait for a decision, the oldest first. */
export function useTasks(accessProfileId: string) {
  const query = useInfiniteQuery(
    ProfileService.method.listPendingTasks,
    { accessProfileId, pageSize: 100, pageToken: '' },
    byPageToken,
  )
  return { ...query, ...usePages(query, tasksOf) }
}

/** Makes the change of a task, or leaves the members as they are. A toast shows the result. */
export async function resolveTask({ id: taskId, identityDisplayName, identityId }: PendingTask, isYes: boolean) {
  const name = identityDisplayName || identityId
  await told(
    profiles.resolvePendingTask({ taskId, decision: isYes ? TaskDecision.APPROVE : TaskDecision.DECLINE }),
    isYes ? texts.taskApproved(name) : texts.taskDeclined(name),
  )
}

/** Lets a paused rule go on. */
export function resumeRule(accessProfileId: string): Promise<void> {
  return told(profiles.resumeAccessProfile({ accessProfileId }), texts.resumed)
}

async function told(call: Promise<unknown>, said: string): Promise<void> {
  showToast(await call.then(() => said, sentenceOf))
  await refreshProfiles()
}
