import { userIdFromRow } from '@assay/auth'
import { type SodPolicy, SodPolicySchema } from '@assay/contracts/sailpoint/sod/v1/sod_service_pb'
import type { SeparatedEntitlement, Separation } from '@assay/policies'
import { create } from '@bufbuild/protobuf'
import { nobodyKnown, reference } from './reference.ts'

/** The limit of SailPoint's description; its clients refuse more. */
const mostCriteria = 50

type Sets = { readonly first: readonly SeparatedEntitlement[]; readonly second: readonly SeparatedEntitlement[] }

export function toSodPolicy(policy: Separation, sets: Sets | undefined): SodPolicy {
  const { settings, makerName } = policy
  const creatorId = userIdFromRow(policy.createdBy)
  const isShown = sets !== undefined && isShowable(sets.first) && isShowable(sets.second)
  return create(SodPolicySchema, {
    id: policy.id,
    name: policy.displayName,
    created: policy.createdAt.toISOString(),
    modified: policy.updatedAt.toISOString(),
    description: policy.description === '' ? undefined : policy.description,
    ownerRef: makerName === null ? nobodyKnown() : reference('IDENTITY', creatorId, makerName),
    state: policy.enabled ? 'ENFORCED' : 'NOT_ENFORCED',
    creatorId,
    scheduled: false,
    type: isShown ? 'CONFLICTING_ACCESS_BASED' : 'GENERAL',
    ...(isShown && {
      conflictingAccessCriteria: {
        leftCriteria: sideOf('Left', sets.first),
        rightCriteria: sideOf('Right', sets.second),
      },
    }),
    level: settings.kind === 'separation_of_duties' ? settings.severity.toUpperCase() : undefined,
  })
}

function isShowable({ length }: readonly SeparatedEntitlement[]): boolean {
  return length > 0 && length <= mostCriteria
}

function sideOf(name: string, set: readonly SeparatedEntitlement[]) {
  return {
    name,
    criteriaList: set.map(({ id, displayName }) => ({ type: 'ENTITLEMENT', id, name: displayName || id })),
  }
}
