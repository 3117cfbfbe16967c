import { userIdFromRow } from '@assay/auth'
import {
  EntityCreatedBySchema,
  RoleMiningRoleType,
  type RoleMiningSessionDto,
  type RoleMiningSessionParametersDto,
  RoleMiningSessionParametersDtoSchema,
  type RoleMiningSessionResponse,
  RoleMiningSessionResponseSchema,
  type RoleMiningSessionScope,
  RoleMiningSessionScopeSchema,
  RoleMiningSessionScopingMethod,
  type RoleMiningSessionStatus,
  RoleMiningSessionStatusSchema,
  RoleMiningSessionStatus_State as State,
} from '@assay/contracts/sailpoint/iai/rolemining/v1/session_pb'
import { invalidArgument } from '@assay/errors'
import { populationWarning, type Session, type SessionRequest, type SessionScope } from '@assay/role-sessions'
import { create, fromJson, type JsonValue, toJson } from '@bufbuild/protobuf'
import { ValueSchema } from '@bufbuild/protobuf/wkt'

/**
 * Members that the service computes are ignored.
 * @throws invalid_argument for an absent session, which would otherwise mean all people, and for an unknown type
 */
export function toSessionRequest(session: RoleMiningSessionDto | undefined): SessionRequest {
  if (session === undefined) throw invalidArgument('session', 'is missing; {} means everybody in the organisation')
  const { scope } = session
  return {
    name: session.name,
    type: toRoleType(session.type),
    scope: scope && {
      identityIds: scope.identityIds,
      criteria: scope.criteria,
      attributeFilterCriteria: scope.attributeFilterCriteria && toJson(ValueSchema, scope.attributeFilterCriteria),
    },
    pruneThreshold: session.pruneThreshold,
    minIdentities: session.minNumIdentitiesInPotentialRole,
    emailRecipientId: session.emailRecipientId,
    saved: session.saved,
  }
}

function toRoleType(type: RoleMiningRoleType | undefined): SessionRequest['type'] {
  switch (type) {
    case undefined:
    case RoleMiningRoleType.ROLE_MINING_ROLE_TYPE_UNSPECIFIED:
      return undefined
    case RoleMiningRoleType.SPECIALIZED:
      return 'SPECIALIZED'
    case RoleMiningRoleType.COMMON:
      return 'COMMON'
    default:
      throw invalidArgument('type', `${type} is not a type; give SPECIALIZED or COMMON`)
  }
}

export function toSessionMessage(session: Session): RoleMiningSessionResponse {
  return create(RoleMiningSessionResponseSchema, {
    ...settingsOf(session),
    scopingMethod: session.scopingMethod,
    prescribedPruneThreshold: session.prescribedPruneThreshold ?? undefined,
    potentialRoleCount: session.potentialRoleCount,
    potentialRolesReadyCount: session.potentialRolesReadyCount,
    status: toStatusMessage(session),
    emailRecipientId: session.emailRecipientId ?? undefined,
    createdBy: toCreatedBy(session),
    identityCount: session.identityCount,
    createdDate: session.createdAt.toISOString(),
    modifiedDate: session.modifiedAt.toISOString(),
  })
}

/** SailPoint has no member for a warning, so a session that has not failed shows its warning as `errorMessage`. */
export function toStatusMessage(session: Session): RoleMiningSessionStatus {
  const { state, errorMessage } = session
  return create(RoleMiningSessionStatusSchema, {
    state: State[state],
    errorMessage: state === 'FAILED' ? errorMessage : populationWarning(session),
  })
}

/** The parameters of its session that a potential role shows. */
export function toParametersMessage(session: Session): RoleMiningSessionParametersDto {
  return create(RoleMiningSessionParametersDtoSchema, {
    ...settingsOf(session),
    state: State[session.state],
    scopingMethod: RoleMiningSessionScopingMethod[session.scopingMethod],
  })
}

/** Absent for automatic discovery, since SailPoint's Go client refuses an empty object. */
export function toCreatedBy({ createdById, createdByName }: Session) {
  if (createdById === null && createdByName === null) return undefined
  const id = createdById === null ? undefined : userIdFromRow(createdById)
  return create(EntityCreatedBySchema, { id, displayName: createdByName ?? undefined })
}

function settingsOf(session: Session) {
  return {
    id: session.id,
    name: session.name ?? undefined,
    minNumIdentitiesInPotentialRole: session.minIdentities,
    pruneThreshold: session.pruneThreshold ?? undefined,
    saved: session.saved,
    scope: toScopeMessage(session.scope),
    type: RoleMiningRoleType[session.type],
  }
}

function toScopeMessage({ identityIds, criteria, attributeFilterCriteria }: SessionScope): RoleMiningSessionScope {
  return create(RoleMiningSessionScopeSchema, {
    identityIds: [...identityIds],
    criteria: criteria ?? undefined,
    attributeFilterCriteria:
      attributeFilterCriteria === null ? undefined : fromJson(ValueSchema, attributeFilterCriteria as JsonValue),
  })
}
