import type { MinePotentialRolesResponse } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { MinePotentialRolesRequestSchema } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { type MinedRole, RoleType } from '@assay/contracts/assay/mining/v1/role_mining_pb'
import type { FoundRole, MiningEvent, WantedRoles } from '@assay/role-sessions'
import { create } from '@bufbuild/protobuf'

export function toMiningRequest({ requestId, identityKeys, type, tightness, minIdentities }: WantedRoles) {
  return create(MinePotentialRolesRequestSchema, {
    ...(identityKeys !== undefined && { population: { identityKeys: [...identityKeys] } }),
    requestId,
    type: RoleType[type],
    ...(tightness !== undefined && { tightness }),
    minIdentities,
  })
}

/** Empty for progress, which sessions do not show. */
export function toMiningEvents({ event }: MinePotentialRolesResponse): MiningEvent[] {
  switch (event.case) {
    case 'outline': {
      const { importId, identityCount, prescribedTightness, roleCount } = event.value
      const tightnessCurve = event.value.tightnessCurve.map(({ tightness, memberships, ...point }) => ({
        tightness,
        memberships,
        descriptionLength: Number(point.descriptionLength),
        missingGrants: Number(point.missingGrants),
      }))
      return [{ kind: 'outline', outline: { importId, identityCount, prescribedTightness, roleCount, tightnessCurve } }]
    }
    case 'role':
      return [{ kind: 'role', role: toFoundRole(event.value) }]
    case 'summary':
      return [{ kind: 'summary' }]
    default:
      return []
  }
}

function toFoundRole(role: MinedRole): FoundRole {
  const { identityKeys, entitlements, commonAccess, organisationSize, density, freshness, quality, usages } = role
  return {
    identityKeys,
    entitlements,
    commonAccess,
    organisationSize,
    density,
    freshness,
    quality,
    usages,
    leftOut: role.leftOut.map(({ entitlementKey, step, policyId, policyDisplayName, heldCount, countedCount }) => ({
      key: entitlementKey,
      step,
      policyId,
      policyName: policyDisplayName,
      held: heldCount,
      counted: countedCount,
    })),
    explanation: explanationOf(role),
    spreads: role.spreads.map(({ attribute, values }) => ({
      attribute,
      values: values.map(({ value, count }) => ({ value: value ?? null, count })),
    })),
  }
}

function explanationOf({ explanation }: MinedRole): object | null {
  if (explanation === undefined) return null
  const { filters, cohortSize, matchedMembers, precision, recall } = explanation
  return {
    filters: filters.map(({ attribute, values }) => ({ attribute, values })),
    cohortSize,
    matchedMembers,
    precision,
    recall,
  }
}
