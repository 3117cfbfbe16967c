import { userIdFromRow } from '@assay/auth'
import {
  type AccessProfile as AccessProfileMessage,
  AccessProfileSchema,
  PendingTask_Kind as Kind,
  type MembershipPreview as MembershipPreviewMessage,
  MembershipPreviewSchema,
  AutomationPauseReason as PauseReasonMessage,
  type PendingTask,
  PendingTaskSchema,
  PendingTask_State as State,
} from '@assay/contracts/assay/profile/v1/access_profile_pb'
import {
  type AccessProfile,
  etagOf,
  type MembershipPreview,
  type MembershipTask,
  type PauseReason,
  type PreviewGroup,
  type ProfileMember,
  type ProfileWithPreview,
} from '@assay/profiles'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

const kinds: Readonly<Record<MembershipTask['kind'], Kind>> = { enrol: Kind.ENROL, unenrol: Kind.UNENROL }

const states: Readonly<Record<MembershipTask['state'], State>> = {
  pending: State.PENDING,
  approved: State.APPROVED,
  declined: State.DECLINED,
  withdrawn: State.WITHDRAWN,
}

const pauseReasons: Readonly<Record<PauseReason, PauseReasonMessage>> = {
  circuit_breaker: PauseReasonMessage.CIRCUIT_BREAKER,
  semantics_changed: PauseReasonMessage.SEMANTICS_CHANGED,
  rule_unreadable: PauseReasonMessage.RULE_UNREADABLE,
}

export function toProfileMessage(profile: AccessProfile): AccessProfileMessage {
  return create(AccessProfileSchema, {
    id: profile.id,
    displayName: profile.displayName,
    description: profile.description,
    celExpression: profile.celExpression,
    automationEnabled: profile.automationEnabled,
    createTasks: profile.createTasks,
    commonAccess: profile.commonAccess,
    createdBy: userIdFromRow(profile.createdBy),
    ownerId: profile.ownerId,
    entitlementCount: profile.entitlementCount,
    memberCount: profile.memberCount,
    pendingTaskCount: profile.pendingTaskCount,
    createTime: timestampFromDate(profile.createdAt),
    updateTime: timestampFromDate(profile.updatedAt),
    ...(profile.automationRanAt && { automationRunTime: timestampFromDate(profile.automationRanAt) }),
    ...(profile.automationPausedAt && { automationPauseTime: timestampFromDate(profile.automationPausedAt) }),
    automationError: profile.automationError,
    etag: etagOf(profile),
    ...(profile.pauseReason && { automationPauseReason: pauseReasons[profile.pauseReason] }),
    ...(profile.pauseDifference && { automationPauseDifference: toPreviewMessage(profile.pauseDifference) }),
  })
}

/** A profile with its preview, if the call evaluated its rule. */
export function toPreviewedMessage({ profile, preview }: ProfileWithPreview): AccessProfileMessage {
  const message = toProfileMessage(profile)
  if (preview !== undefined) message.membershipPreview = toPreviewMessage(preview)
  return message
}

export function toPreviewMessage(preview: MembershipPreview): MembershipPreviewMessage {
  return create(MembershipPreviewSchema, {
    memberCount: preview.memberCount,
    selected: toGroupMessage(preview.selected),
    joining: toGroupMessage(preview.joining),
    leaving: toGroupMessage(preview.leaving),
    missing: toGroupMessage(preview.missing),
    failed: toGroupMessage(preview.failed),
  })
}

function toGroupMessage({ count, examples }: PreviewGroup) {
  return {
    count,
    examples: examples.map(({ identityId, displayName, reason }) => ({
      identityId,
      identityDisplayName: displayName,
      reason,
    })),
  }
}

export function toMemberMessage(member: ProfileMember) {
  return {
    identityId: member.identityId,
    identityDisplayName: member.identityDisplayName,
    identityEmail: member.identityEmail,
    joinTime: timestampFromDate(member.joinedAt),
  }
}

export function toTaskMessage(task: MembershipTask): PendingTask {
  return create(PendingTaskSchema, {
    id: task.id,
    accessProfileId: task.profileId,
    accessProfileDisplayName: task.profileDisplayName,
    identityId: task.identityId,
    identityDisplayName: task.identityDisplayName,
    kind: kinds[task.kind],
    state: states[task.state],
    createTime: timestampFromDate(task.createdAt),
    ...(task.resolvedAt && { resolveTime: timestampFromDate(task.resolvedAt) }),
    resolvedBy: userIdFromRow(task.resolvedBy),
  })
}
