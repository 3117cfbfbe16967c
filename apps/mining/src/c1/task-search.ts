import { TaskState } from '@assay/contracts/c1/api/task/v1/task_pb'
import {
  EmergencyStatus,
  TaskSearchSortBy as SortBy,
  TaskSearchCurrentStep as Step,
  type TaskSearchRequest,
  TaskSearchService,
  type TaskTypeFilter,
} from '@assay/contracts/c1/api/task/v1/task_search_service_pb'
import { invalidArgument } from '@assay/errors'
import { builtInApplication, type MembershipTask, type TaskSearch } from '@assay/profiles'
import { type JsonObject, toJson } from '@bufbuild/protobuf'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import { readSearch, type SearchMembers } from './search-members.ts'

/** What each member of a search for tasks does. */
const taskMembers: SearchMembers<TaskSearchRequest> = {
  accessReviewIds: 'finds nothing',
  accountOwnerIds: 'narrows',
  actorId: 'narrows',
  appEntitlementIds: 'narrows',
  appResourceIds: 'narrows',
  appResourceTypeIds: 'narrows',
  appUserSubjectIds: 'narrows',
  applicationIds: 'narrows',
  // Every user whose role allows decisions on profiles can decide a task; tasks are not assigned to one user.
  assigneesInIds: 'finds nothing',
  createdAfter: 'narrows',
  createdBefore: 'narrows',
  currentStep: 'narrows',
  emergencyStatus: 'narrows',
  excludeAppEntitlementIds: 'narrows',
  excludeIds: 'narrows',
  includeDeleted: 'keeps all',
  myWorkUserIds: 'narrows',
  openerIds: 'narrows',
  previouslyActedOnIds: 'narrows',
  query: 'narrows',
  refs: 'narrows',
  sortBy: 'narrows',
  subjectIds: 'narrows',
  taskStates: 'narrows',
  taskTypes: 'narrows',
  accountTypes: 'finds nothing',
  assignedOrStepApproverUserId: 'narrows',
  excludeAppResourceTypeIds: 'narrows',
  olderThanDuration: 'narrows',
  openerOrSubjectUserId: 'narrows',
  stepApprovalTypes: 'finds nothing',
  userEmploymentStatuses: 'finds nothing',
  expandMask: 'is ignored',
  pageSize: 'pages',
  pageToken: 'pages',
}

/** The resource type of access profiles in the built-in application. */
const profileResourceType = 'access_profile'

/** The caller of a search: the user id, and whether that user may decide tasks. */
interface Asking {
  readonly userId: string
  readonly mayDecide: boolean
  readonly now: Date
}

/**
 * The search that a request asks for; undefined when no task can match it.
 * @throws invalid_argument as `readSearch`
 */
export function taskSearchOf(
  request: TaskSearchRequest,
  asking: Asking,
): { readonly search: TaskSearch | undefined; readonly query: Readonly<Record<string, unknown>> } {
  const { input } = TaskSearchService.method.search
  const { findsNothing } = readSearch(input, taskMembers, request)
  // The query is bound as JSON, because messages with times contain bigints, which a token cannot be bound to.
  const { pageSize: _, pageToken: __, ...query } = toJson(input, request) as JsonObject
  return { query, search: findsNothing ? undefined : narrowed(request, asking) }
}

function narrowed(request: TaskSearchRequest, { userId, mayDecide, now }: Asking): TaskSearch | undefined {
  const { applicationIds, appResourceTypeIds, excludeAppResourceTypeIds, emergencyStatus, currentStep } = request
  const isOfProfiles =
    (applicationIds.length === 0 || applicationIds.includes(builtInApplication.id)) &&
    (appResourceTypeIds.length === 0 || appResourceTypeIds.includes(profileResourceType)) &&
    !excludeAppResourceTypeIds.includes(profileResourceType)
  if (!isOfProfiles || emergencyStatus === EmergencyStatus.EMERGENCY || currentStep === Step.PROVISION) return undefined

  // Each of these conditions matches open tasks, or closed tasks, or both (undefined); contradicting conditions match no task.
  const open = [
    isOpenBy(request.taskStates),
    currentStep === Step.APPROVAL ? true : undefined,
    request.myWorkUserIds.length > 0 ? true : undefined,
  ].filter((one) => one !== undefined)
  if (new Set(open).size > 1) return undefined
  if (request.myWorkUserIds.length > 0 && !(mayDecide && request.myWorkUserIds.includes(userId))) return undefined
  const kinds = kindsOf(request.taskTypes)
  if (kinds?.length === 0) return undefined

  const profileIds = both(request.appEntitlementIds, request.appResourceIds)
  const subjects = both(request.subjectIds, request.appUserSubjectIds)
  const identityIds = subjects && both(subjects, request.accountOwnerIds)
  const resolvedBy = both(request.actorId === '' ? [] : [request.actorId], request.previouslyActedOnIds)
  const decider = deciderOf(request.assignedOrStepApproverUserId, userId, mayDecide)
  if (profileIds === undefined || identityIds === undefined || resolvedBy === undefined) return undefined
  const createdBefore = earlier(
    request.createdBefore && timestampDate(request.createdBefore),
    request.olderThanDuration && new Date(now.getTime() - Number(request.olderThanDuration.seconds) * 1000),
  )
  return {
    ids: request.refs.map(({ id }) => id),
    exceptIds: request.excludeIds,
    profileIds,
    exceptProfileIds: request.excludeAppEntitlementIds,
    identityIds,
    requestedBy: request.openerIds,
    requestedByOrAbout: request.openerOrSubjectUserId,
    resolvedBy,
    ...(decider && { decider }),
    ...(kinds && { kinds }),
    ...(open.length > 0 && { isOpen: open[0] }),
    text: request.query,
    ...(request.createdAfter && { createdAfter: timestampDate(request.createdAfter) }),
    ...(createdBefore && { createdBefore }),
    newestFirst: [SortBy.REVERSE_TICKET_ID, SortBy.REVERSE_CREATED_AT].includes(request.sortBy),
  }
}

/** True for open tasks, false for closed ones, undefined for both. @throws invalid_argument for a state that does not exist */
function isOpenBy(states: readonly TaskState[]): boolean | undefined {
  for (const [i, state] of states.entries())
    if (TaskState[state] === undefined)
      throw invalidArgument(`task_states[${i}]`, 'must be TASK_STATE_OPEN or TASK_STATE_CLOSED')
  const named = states.filter((state) => state !== TaskState.UNSPECIFIED)
  if (named.length === 0) return undefined
  const [open, closed] = [named.includes(TaskState.OPEN), named.includes(TaskState.CLOSED)]
  return open === closed ? undefined : open
}

/** Undefined for all kinds. */
function kindsOf(types: readonly TaskTypeFilter[]): MembershipTask['kind'][] | undefined {
  const named = types.flatMap(({ grant, revoke, certify, offboarding, action, finding }) => [
    ...(grant ? (['enrol'] as const) : []),
    ...(revoke ? (['unenrol'] as const) : []),
    ...([certify, offboarding, action, finding].some(Boolean) ? (['none'] as const) : []),
  ])
  if (named.length === 0) return undefined
  return named.filter((kind) => kind !== 'none')
}

/** The values that both lists allow; an empty list allows every value. Undefined when they have no value in common. */
function both(one: readonly string[], other: readonly string[]): readonly string[] | undefined {
  if (one.length === 0) return other
  if (other.length === 0) return one
  const common = one.filter((value) => other.includes(value))
  return common.length === 0 ? undefined : common
}

/** The condition that a user can decide the open tasks or has decided the closed ones; undefined without a user. */
function deciderOf(id: string, userId: string, mayDecide: boolean) {
  return id === '' ? undefined : { id, decidesOpen: mayDecide && id === userId }
}

function earlier(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one < other ? one : other
}
