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
import type { DraftRole, PotentialRole, PotentialRoleSummary, RoleEntitlement } from '@assay/role-sessions'
import { create } from '@bufbuild/protobuf'
import { toCreatedBy, toParametersMessage } from './convert-session.ts'

/** A role that can be read has all its identities. */
const obtained = 'OBTAINED'

export function toSummaryMessage(role: PotentialRoleSummary): RoleMiningPotentialRoleSummary {
  return create(RoleMiningPotentialRoleSummarySchema, { ...sharedMembers(role), identityGroupStatus: obtained })
}

export function toRoleMessage(role: PotentialRole): RoleMiningPotentialRole {
  return create(RoleMiningPotentialRoleSchema, {
    ...sharedMembers(role),
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

function sharedMembers(role: PotentialRoleSummary) {
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
    type: RoleMiningRoleType[role.session.type],
    session: toParametersMessage(role.session),
    createdBy: toCreatedBy(role.session),
    createdDate: role.createdAt.toISOString(),
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

/** With one decimal, halves up, as SailPoint's examples show it. */
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
