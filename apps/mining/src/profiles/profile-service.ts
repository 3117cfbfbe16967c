import {
  ResolvePendingTaskRequest_Decision as Decision,
  type ProfileService,
} from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { invalidArgument } from '@assay/errors'
import {
  addProfileMembers,
  createProfileWithPreview,
  deleteAccessProfile,
  getAccessProfile,
  listAccessProfiles,
  listPendingTasks,
  listProfileEntitlements,
  listProfileMembers,
  type ProfileEntitlementPosition,
  type ProfileMemberPosition,
  type ProfilePosition,
  previewMembership,
  profileOfTask,
  resolvePendingTask,
  resumeAutomation,
  ruleProblem,
  type TaskPosition,
  updateAccessProfile,
} from '@assay/profiles'
import { changeUnderPolicies, holdBackByPolicies } from '@assay/role-mining'
import { CallPlaces, principalOf } from '@assay/server'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import {
  toMemberMessage,
  toPreviewedMessage,
  toPreviewMessage,
  toProfileMessage,
  toTaskMessage,
} from './convert-profile.ts'
import { asEvaluatingCaller, asEvaluatingSnapshotCaller, inCall } from './evaluate-in-call.ts'
import { changeOf } from './profile-change.ts'

/** A preview takes a connection, and also a thread when the tenant is large. */
const mostPreviewsAtOnce = { noun: 'previews', process: 4, tenant: 2, waiting: 0 }

/** The session service may ask about a potential role as a whole before it sends the members in parts. */
const provisioningClient = 'iai-sessions'

/** Access profiles: their entitlements, their members, and changes of members that wait for a decision. */
export function profileService(
  service: ServiceContext,
  previews = new CallPlaces(mostPreviewsAtOnce),
): ServiceImpl<typeof ProfileService> {
  return {
    listAccessProfiles: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<ProfilePosition>(service.pageTokens, ['profiles', tenantId], request)
        const { profiles, last } = await listAccessProfiles(sql, pages)
        return { accessProfiles: profiles.map(toProfileMessage), nextPageToken: pages.next(last) }
      }),

    getAccessProfile: ({ accessProfileId }, context) =>
      asCaller(service, context, async (sql) => toProfileMessage(await getAccessProfile(sql, accessProfileId))),

    createAccessProfile: ({ accessProfile, entitlements, requestId }, context) =>
      asEvaluatingCaller(service, context, async (sql, caller, options, loaded) => {
        if (accessProfile === undefined) throw invalidArgument('access_profile', 'is required')
        const { tenantId } = caller
        const init = {
          displayName: accessProfile.displayName,
          description: accessProfile.description,
          celExpression: accessProfile.celExpression,
          enableAutomation: accessProfile.automationEnabled,
          createTasks: accessProfile.createTasks,
          commonAccess: accessProfile.commonAccess,
          createdBy: caller.identityId,
          ownerId: accessProfile.ownerId,
          entitlements,
          requestId,
        }
        const made = await changeUnderPolicies(sql, {
          tenantId,
          snapshot: loaded?.snapshot,
          profileId: undefined,
          change: () => createProfileWithPreview(sql, tenantId, init, options),
          idOf: ({ profile }) => profile.id,
        })
        return toPreviewedMessage(made)
      }),

    updateAccessProfile: ({ accessProfile, updateMask }, context) =>
      asEvaluatingCaller(service, context, async (sql, { tenantId }, options, loaded) => {
        if (accessProfile === undefined) throw invalidArgument('access_profile', 'is required')
        const { id: profileId, etag } = accessProfile
        const change = changeOf(accessProfile, updateMask)
        const how = { etag: etag || undefined, breaker: service.circuitBreaker, ...options }
        const updated = await changeUnderPolicies(sql, {
          tenantId,
          snapshot: loaded?.snapshot,
          profileId,
          change: () => updateAccessProfile(sql, tenantId, profileId, change, how),
        })
        return toPreviewedMessage(updated)
      }),

    previewMembership: ({ accessProfileId, celExpression }, context) =>
      previews.run(principalOf(context).tenantId, context.signal, () =>
        asCaller(
          service,
          context,
          async (sql) => {
            const request = { profileId: accessProfileId || undefined, celExpression }
            return toPreviewMessage(await previewMembership(sql, request, inCall(context)))
          },
          // Rule and members are read from the same state of the data.
          { isolation: 'repeatable read' },
        ),
      ),

    checkMembershipRule: ({ celExpression }, context) =>
      asCaller(service, context, async (sql) => {
        const problem = await ruleProblem(sql, celExpression)
        return problem === undefined ? {} : { problem: { ...problem } }
      }),

    deleteAccessProfile: ({ accessProfileId }, context) =>
      asCaller(service, context, async (sql) => {
        await deleteAccessProfile(sql, accessProfileId)
        return {}
      }),

    resumeAccessProfile: ({ accessProfileId }, context) =>
      asEvaluatingCaller(service, context, async (sql, { tenantId }, options, loaded) => {
        const holdBack = await holdBackByPolicies(sql, tenantId, loaded)
        await resumeAutomation(sql, tenantId, accessProfileId, { ...options, holdBack })
        return toProfileMessage(await getAccessProfile(sql, accessProfileId))
      }),

    listAccessProfileEntitlements: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { accessProfileId: id } = request
        const query = ['profile entitlements', tenantId, id]
        const pages = new Pages<ProfileEntitlementPosition>(service.pageTokens, query, request)
        const { entitlements, last } = await listProfileEntitlements(sql, id, pages)
        return { entitlements: entitlements.map(({ key: _, ...rest }) => rest), nextPageToken: pages.next(last) }
      }),

    listAccessProfileMembers: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { accessProfileId: id } = request
        const pages = new Pages<ProfileMemberPosition>(service.pageTokens, ['profile members', tenantId, id], request)
        const { members, last } = await listProfileMembers(sql, id, pages)
        return { members: members.map(toMemberMessage), nextPageToken: pages.next(last) }
      }),

    addAccessProfileMembers: ({ accessProfileId, identityIds }, context) =>
      asEvaluatingSnapshotCaller(service, context, async (sql, { tenantId, clientId }, loaded) => {
        const { joined, tasksOpened } = await changeUnderPolicies(sql, {
          tenantId,
          snapshot: loaded?.snapshot,
          profileId: accessProfileId,
          isPart: clientId === provisioningClient,
          change: () => addProfileMembers(sql, tenantId, accessProfileId, identityIds),
        })
        return { joinedCount: joined ?? 0, taskCount: tasksOpened ?? 0 }
      }),

    listPendingTasks: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const profileId = request.accessProfileId || undefined
        const pages = new Pages<TaskPosition>(service.pageTokens, ['tasks', tenantId, profileId ?? ''], request)
        const { tasks, last } = await listPendingTasks(sql, { size: pages.size, after: pages.after, profileId })
        return { pendingTasks: tasks.map(toTaskMessage), nextPageToken: pages.next(last) }
      }),

    resolvePendingTask: ({ taskId, decision }, context) =>
      asEvaluatingSnapshotCaller(service, context, async (sql, { tenantId, identityId: resolvedBy }, loaded) => {
        const resolved = decisionOf(decision)
        const task = await changeUnderPolicies(sql, {
          tenantId,
          snapshot: loaded?.snapshot,
          profileId: await profileOfTask(sql, taskId),
          change: () => resolvePendingTask(sql, tenantId, { taskId, decision: resolved, resolvedBy }),
        })
        return toTaskMessage(task)
      }),
  }
}

function decisionOf(decision: Decision): 'approved' | 'declined' {
  if (decision === Decision.APPROVE) return 'approved'
  if (decision === Decision.DECLINE) return 'declined'
  throw invalidArgument('decision', 'must be DECISION_APPROVE or DECISION_DECLINE')
}
