import {
  type MinePotentialRolesRequest,
  type MinePotentialRolesResponse,
  MinePotentialRolesResponseSchema,
} from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { RoleType } from '@assay/contracts/assay/mining/v1/role_mining_pb'
import { invalidArgument } from '@assay/errors'
import type { PopulationRole, WantedRoles, WatchedEvent } from '@assay/role-mining'
import { create, type MessageInitShape } from '@bufbuild/protobuf'

/** Absent settings stay absent, so that the engine uses its defaults. @throws invalid_argument without a type */
export function fromRolesRequest(request: MinePotentialRolesRequest): WantedRoles {
  const { population, tightness, minIdentities, minEntitlements } = request
  return {
    identityKeys: population?.identityKeys,
    settings: {
      type: fromRoleType(request.type),
      ...(tightness !== undefined && { tightness }),
      ...(minIdentities !== undefined && { minIdentities }),
      ...(minEntitlements !== undefined && { minEntitlements }),
    },
  }
}

function fromRoleType(type: RoleType): 'SPECIALIZED' | 'COMMON' {
  if (type === RoleType.SPECIALIZED) return 'SPECIALIZED'
  if (type === RoleType.COMMON) return 'COMMON'
  throw invalidArgument('type', 'must be ROLE_TYPE_SPECIALIZED or ROLE_TYPE_COMMON')
}

export function toRolesEvent(event: WatchedEvent): MinePotentialRolesResponse {
  return create(MinePotentialRolesResponseSchema, { event: toEvent(event) })
}

type EventInit = NonNullable<MessageInitShape<typeof MinePotentialRolesResponseSchema>['event']>

function toEvent(event: WatchedEvent): EventInit {
  switch (event.kind) {
    case 'progress':
      return { case: 'progress', value: event.share }
    case 'outline': {
      const { identityCount, grantCount, tightness, prescribedTightness, rolesTotal } = event.outline
      const counts = { identityCount, grantCount, tightness, prescribedTightness, roleCount: rolesTotal }
      const tightnessCurve = (event.outline.tightnessCurve ?? []).map(
        ({ descriptionLength, missingGrants, ...point }) => ({
          ...point,
          descriptionLength: BigInt(descriptionLength),
          missingGrants: BigInt(missingGrants),
        }),
      )
      return { case: 'outline', value: { importId: event.outline.importId, ...counts, tightnessCurve } }
    }
    case 'role':
      return { case: 'role', value: toRole(event.role) }
    case 'summary':
      return { case: 'summary', value: { ...event.summary } }
  }
}

function toRole({ spreads, explanation, leftOut = [], ...role }: PopulationRole) {
  return {
    ...role,
    identityKeys: [...role.identityKeys],
    entitlements: role.entitlements.map((counted) => ({ ...counted })),
    commonAccess: role.commonAccess.map((counted) => ({ ...counted })),
    usages: role.usages.map((usage) => ({ ...usage })),
    leftOut: leftOut.map(({ key, step, policyId, policyName, held, counted }) => ({
      entitlementKey: key,
      step,
      policyId,
      policyDisplayName: policyName,
      heldCount: held,
      countedCount: counted,
    })),
    spreads: spreads.map(({ attribute, values }) => ({
      attribute,
      values: values.map(({ value, count }) => ({ count, ...(value !== null && { value }) })),
    })),
    ...(explanation !== undefined && {
      explanation: {
        ...explanation,
        filters: explanation.filters.map(({ attribute, values }) => ({ attribute, values: [...values] })),
      },
    }),
  }
}
