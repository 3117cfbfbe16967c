import { refusalOf } from '@assay/auth'
import { TaskActionsService } from '@assay/contracts/c1/api/task/v1/task_actions_service_pb'
import type { TaskSearchService } from '@assay/contracts/c1/api/task/v1/task_search_service_pb'
import type { TaskService } from '@assay/contracts/c1/api/task/v1/task_service_pb'
import { publicAccess } from '@assay/dialects'
import { failedPrecondition, invalidArgument } from '@assay/errors'
import {
  getMembershipTask,
  type MembershipTask,
  requestMembership,
  resolvePendingTask,
  searchTasks,
  type TaskPosition,
} from '@assay/profiles'
import { changeUnderPolicies } from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asEvaluatingSnapshotCaller } from '../profiles/evaluate-in-call.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { stepOf, toTaskView } from './convert-task.ts'
import { requireBuiltIn } from './require-built-in.ts'
import { taskSearchOf } from './task-search.ts'

/** ConductorOne's search for tasks. Tasks of Assay are changes of membership. */
export function taskSearchService(service: ServiceContext): ServiceImpl<typeof TaskSearchService> {
  return {
    search: (request, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) => {
        const mayDecide = mayDecideTasks(context)
        const { search, query } = taskSearchOf(request, { userId: identityId, mayDecide, now: new Date() })
        const pages = new Pages<TaskPosition>(service.pageTokens, ['tasks', tenantId, query], request)
        if (search === undefined) return {}
        const { tasks, last } = await searchTasks(sql, search, pages)
        return { list: tasks.map((task) => toTaskView(task, mayDecide)), nextPageToken: pages.next(last) }
      }),
  }
}

/** ConductorOne's tasks: get, and requests to add or remove a member. */
export function taskService(service: ServiceContext): ServiceImpl<typeof TaskService> {
  const ask = (kind: MembershipTask['kind'], request: MembershipRequest, context: HandlerContext) =>
    asEvaluatingSnapshotCaller(service, context, async (sql, { tenantId, identityId: requestedBy }, loaded) => {
      await requireBuiltIn(sql, request.appId, 'nothing is granted or revoked in other apps')
      const { profileId, identityId } = membershipOf(request)
      const task = await changeUnderPolicies(sql, {
        tenantId,
        snapshot: loaded?.snapshot,
        profileId,
        change: () => requestMembership(sql, tenantId, { profileId, identityId, kind, requestedBy }),
      })
      return { taskView: toTaskView(task, mayDecideTasks(context)) }
    })

  return {
    get: ({ id }, context) =>
      asCaller(service, context, async (sql) => ({
        taskView: toTaskView(await getMembershipTask(sql, id), mayDecideTasks(context)),
      })),
    createGrantTask: (request, context) => ask('enrol', request, context),
    createRevokeTask: (request, context) => ask('unenrol', request, context),
  }
}

/** Approves or denies a task. The answer has the task as it was before the decision. */
export function taskActionsService(service: ServiceContext): ServiceImpl<typeof TaskActionsService> {
  const decide = (decision: 'approved' | 'declined', taskId: string, stepId: string, context: HandlerContext) =>
    asEvaluatingSnapshotCaller(service, context, async (sql, { tenantId, identityId: resolvedBy }, loaded) => {
      const task = await getMembershipTask(sql, taskId)
      if (task.state !== 'pending') throw failedPrecondition('task is closed')
      if (stepId === '' ? decision === 'approved' : stepId !== stepOf(task))
        throw invalidArgument('policy_step_id', `must be "${stepOf(task)}", the step that the task waits for`)
      await changeUnderPolicies(sql, {
        tenantId,
        snapshot: loaded?.snapshot,
        profileId: task.profileId,
        change: () => resolvePendingTask(sql, tenantId, { taskId, decision, resolvedBy }),
      })
      return { taskView: toTaskView(task, true), ticketActionId: task.id }
    })

  return {
    approve: ({ taskId, policyStepId }, context) => decide('approved', taskId, policyStepId, context),
    deny: ({ taskId, policyStepId }, context) => decide('declined', taskId, policyStepId, context),
  }
}

interface MembershipRequest {
  readonly appId: string
  readonly appEntitlementId: string
  readonly identityUserId: string
  readonly appUserId: string
}

/** @throws invalid_argument without a user, and for two different users */
function membershipOf({ appEntitlementId: profileId, identityUserId, appUserId }: MembershipRequest) {
  const identityId = identityUserId || appUserId
  if (identityId === '') throw invalidArgument('identity_user_id', 'must name a user')
  if (appUserId !== '' && appUserId !== identityId)
    throw invalidArgument('app_user_id', `is no account of "${identityId}": accounts here have the id of their user`)
  return { profileId, identityId }
}

function mayDecideTasks(context: HandlerContext): boolean {
  const access = publicAccess(TaskActionsService.method.approve)
  const caller = principalOf(context)
  return access !== undefined && access !== 'everyone' && refusalOf(caller, access) === undefined
}
