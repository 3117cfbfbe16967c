import { userIdFromRow } from '@assay/auth'
import {
  type TaskStatus,
  TaskStatusSchema,
  type TaskStatusService,
} from '@assay/contracts/sailpoint/taskstatus/v1/task_status_service_pb'
import { type FinishedTask, getFinishedTask, queryFinishedTasks } from '@assay/profiles'
import { create, type JsonObject } from '@bufbuild/protobuf'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { itemsOf, readListQuery } from './list-request.ts'
import { taskList } from './role-lists.ts'

/** The only kind of task that calls of SailPoint's API return. */
const handedOut = 'profiles.delete'

/** The status of tasks that calls returned. All of them ended before the call was answered. */
export function taskStatusService(service: ServiceContext): ServiceImpl<typeof TaskStatusService> {
  return {
    getTaskStatusList: (request, context) =>
      asCaller(service, context, async (sql) => {
        const found = await queryFinishedTasks(sql, handedOut, readListQuery(request, taskList))
        return { tasks: itemsOf(found, context).map(toTaskMessage) }
      }),

    getTaskStatus: ({ id }, context) =>
      asCaller(service, context, async (sql) => toTaskMessage(await getFinishedTask(sql, id, handedOut))),
  }
}

const description = 'Deletes several roles'
const kind = 'Role bulk delete'

function toTaskMessage({ id, launchedBy, outcome, createdAt }: FinishedTask): TaskStatus {
  const at = createdAt.toISOString()
  return create(TaskStatusSchema, {
    id,
    type: 'QUARTZ',
    uniqueName: `${kind} ${id}`,
    description,
    launcher: userIdFromRow(launchedBy),
    created: at,
    modified: at,
    launched: at,
    completed: at,
    completionStatus: 'SUCCESS',
    returns: Object.keys(outcome).map((name) => ({ name, attributeName: name })),
    attributes: outcome as JsonObject,
    percentComplete: 100,
    taskDefinitionSummary: { id: handedOut, uniqueName: kind, description, executor: 'assay', arguments: {} },
  })
}
