import {
  RoleMiningPotentialRoleProvisionState as ProvisionState,
  type RoleMiningEntitlement,
  RoleMiningEntitlementSchema,
  type RoleMiningPotentialRole,
  RoleMiningPotentialRoleSchema,
  type RoleMiningPotentialRoleSummary,
  RoleMiningPotentialRoleSummarySchema,
  type RoleMiningSessionDraftRoleDto,
  RoleMiningSessionDraftRoleDtoSchema,
} from '@assay/contracts/sailpoint/iai/rolemining/v1/potential_role_pb'
import { RoleMiningRoleType } from '@assay/contracts/sailpoint/iai/rolemining/v1/session_pb'
import type { DraftRole, PotentialRole, PotentialRoleSummary, RoleEntitlement, Session } from '@assay/role-sessions'
import { create } from '@bufbuild/protobuf'
import { toCreatedBy, toParametersMessage } from './convert-session.ts'

/** The state of a role whose identities are all stored, as they are in every role that can be read. */
const obtained = 'OBTAINED'

export function toSummaryMessage(
  role: PotentialRoleSummary,
  ofSession: SessionMembers = sessionMembers(role.session),
): RoleMiningPotentialRoleSummary {
  return create(RoleMiningPotentialRoleSummarySchema, {
    ...ownMembers(role),
    ...ofSession,
    identityGroupStatus: obtained,
  })
}

/** Roles of one session share the messages about the session, which are the largest part. */
export function toSummaryMessages(roles: readonly PotentialRoleSummary[]): RoleMiningPotentialRoleSummary[] {
  const known = new Map<Session, SessionMembers>()
  return roles.map((role) => {
    const ofSession = known.get(role.session) ?? sessionMembers(role.session)
    known.set(role.session, ofSession)
    return toSummaryMessage(role, ofSession)
  })
}

/**
 * @param version the version of SailPoint's API in the request. Above beta, SailPoint's published Python clients cannot read any value of
 * `provisionState` in a whole role (docs/clients.md), so a role that was not provisioned is shown without it.
 */
export function toRoleMessage(role: PotentialRole, version: string | undefined): RoleMiningPotentialRole {
  const own = ownMembers(role)
  const isReadable = version === undefined || version === 'beta'
  return create(RoleMiningPotentialRoleSchema, {
    ...own,
    provisionState: isReadable || role.provisionState !== 'POTENTIAL' ? own.provisionState : undefined,
    ...sessionMembers(role.session),
    identityGroupStatus: obtained,
    modifiedDate: role.modifiedAt.toISOString(),
    identityIds: [...role.identityIds],
    excludedEntitlements: [...role.excludedEntitlements],
    identityDistribution: role.identityDistribution.map(({ attributeName, distribution }) => ({
      attributeName,
      distribution: distribution.map(({ attributeValue, count }) => ({
        attributeValue: attributeValue ?? undefined,
        count,
      })),
    })),
  })
}

function ownMembers(role: PotentialRoleSummary) {
  return {
    id: role.id,
    name: role.name,
    potentialRoleRef: { id: role.id, name: role.name },
    description: role.description ?? undefined,
    identityCount: role.identityCount,
    entitlementCount: role.entitlementCount,
    density: role.density,
    freshness: role.freshness,
    quality: role.quality,
    provisionState: ProvisionState[role.provisionState],
    roleId: role.roleId ?? undefined,
    saved: role.saved,
    createdDate: role.createdAt.toISOString(),
  }
}

type SessionMembers = ReturnType<typeof sessionMembers>

function sessionMembers(session: Session) {
  return {
    type: RoleMiningRoleType[session.type],
    session: toParametersMessage(session),
    createdBy: toCreatedBy(session),
  }
}

export function toEntitlementMessage(held: RoleEntitlement): RoleMiningEntitlement {
  return create(RoleMiningEntitlementSchema, {
    entitlementRef: {
      id: held.id,
      name: held.name,
      description: held.description === '' ? undefined : held.description,
      attribute: held.attribute,
    },
    name: held.name,
    applicationName: held.applicationName,
    identityCount: held.identityCount,
    popularity: percentage(held.identityCount, held.roleSize),
    popularityInOrg: percentage(held.organisationCount, held.organisationSize),
    sourceId: held.sourceId,
    activitySourceState: held.sourceUsers === null ? 'notComplete' : 'complete',
    sourceUsagePercent: held.sourceUsers === null ? undefined : percentage(held.sourceUsers, held.roleSize),
  })
}

/** Rounded to one decimal, halves up, as in SailPoint's examples. */
function percentage(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((1000 * part) / whole + 0.5) / 10
}

export function toDraftRoleMessage(role: DraftRole): RoleMiningSessionDraftRoleDto {
  const modified = role.modifiedAt.toISOString()
  return create(RoleMiningSessionDraftRoleDtoSchema, {
    id: role.id,
    name: role.name,
    description: role.description,
    type: RoleMiningRoleType[role.type],
    identityIds: [...role.identityIds],
    entitlementIds: [...role.entitlementIds],
    excludedEntitlements: [...role.excludedEntitlements],
    createdDate: role.createdAt.toISOString(),
    modifiedDate: modified,
    modified,
  })
}
