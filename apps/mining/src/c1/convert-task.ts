import { userIdFromRow } from '@assay/auth'
import {
  TaskActionType as Action,
  GrantOutcome,
  TaskOrigin as Origin,
  PolicyStepState,
  TaskProcessing as Processing,
  RevokeOutcome,
  TaskState as State,
  type TaskView,
  TaskViewSchema,
} from '@assay/contracts/c1/api/task/v1/task_pb'
import { builtInApplication, type MembershipTask } from '@assay/profiles'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

const grantOutcomes: Readonly<Record<MembershipTask['state'], GrantOutcome>> = {
  pending: GrantOutcome.UNSPECIFIED,
  approved: GrantOutcome.GRANTED,
  declined: GrantOutcome.DENIED,
  withdrawn: GrantOutcome.CANCELLED,
}

const revokeOutcomes: Readonly<Record<MembershipTask['state'], RevokeOutcome>> = {
  pending: RevokeOutcome.UNSPECIFIED,
  approved: RevokeOutcome.REVOKED,
  declined: RevokeOutcome.DENIED,
  withdrawn: RevokeOutcome.CANCELLED,
}

/** The id of the only step of a task, which is the id of the task. */
export const stepOf = ({ id }: Pick<MembershipTask, 'id'>): string => id

/** @param mayDecide whether the caller may decide on it */
export function toTaskView(task: MembershipTask, mayDecide: boolean): TaskView {
  const isOpen = task.state === 'pending'
  const updatedAt = task.resolvedAt ?? task.createdAt
  return create(TaskViewSchema, {
    task: {
      id: task.id,
      numericId: numberOf(task),
      displayName: `${task.identityDisplayName || task.identityId} ${task.kind === 'enrol' ? 'joins' : 'leaves'} ${task.profileDisplayName}`,
      state: isOpen ? State.OPEN : State.CLOSED,
      type: { taskType: typeOf(task) },
      policy: isOpen ? { current: { id: stepOf(task), state: PolicyStepState.ACTIVE, approval: {} } } : {},
      processing: isOpen ? Processing.TYPE_WAITING : Processing.TYPE_DONE,
      origin: task.byHand ? Origin.PROFILE_MEMBERSHIP_MANUAL : Origin.PROFILE_MEMBERSHIP_AUTOMATION,
      actions: isOpen && mayDecide ? [Action.APPROVE, Action.DENY] : [],
      userId: task.identityId,
      createdByUserId: userIdFromRow(task.requestedBy),
      createdAt: timestampFromDate(task.createdAt),
      updatedAt: timestampFromDate(updatedAt),
    },
  })
}

/**
 * The number of a task: the first 60 bits of its id. They are always the same for the same task, and random, so that two tasks of a tenant
 * do not have the same number.
 */
function numberOf({ id }: Pick<MembershipTask, 'id'>): bigint {
  const digits = id.replaceAll('-', '')
  return BigInt(`0x${digits.slice(0, 12)}${digits.slice(13, 16)}`)
}

function typeOf(task: MembershipTask) {
  const about = {
    appId: builtInApplication.id,
    appEntitlementId: task.profileId,
    appUserId: task.identityId,
    identityUserId: task.identityId,
    ...(task.resolvedAt && { outcomeTime: timestampFromDate(task.resolvedAt) }),
  }
  return task.kind === 'enrol'
    ? ({ case: 'grant', value: { ...about, outcome: grantOutcomes[task.state] } } as const)
    : ({ case: 'revoke', value: { ...about, outcome: revokeOutcomes[task.state] } } as const)
}
