import type {
  CandidateEdits,
  CandidateReference,
  CandidateRule,
  CandidateSource,
  ResolvedCandidate,
} from '@assay/candidates'
import type {
  CandidateEdits as EditsMessage,
  Candidate as Message,
  ResolvedCandidateSchema,
  ResolvedCandidate as ResolvedMessage,
  CandidateRule as RuleMessage,
} from '@assay/contracts/assay/candidate/v1/candidate_pb'
import type { EntitlementReference as ReferenceMessage } from '@assay/contracts/assay/directory/v1/entitlement_reference_pb'
import type { EntitlementReference } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { identityStatuses, identityTypes, type Snapshot } from '@assay/mining'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

/**
 * The domain's form of a candidate.
 * @param field the path of the candidate in the request, for errors
 * @throws invalid_argument for a candidate without a source, and for an empty rule
 */
export function fromCandidateMessage(message: Message | undefined, field: string): CandidateReference {
  if (message === undefined) throw invalidArgument(field, 'is required: name a candidate')
  return {
    source: sourceOf(message, field),
    ...(message.edits && { edits: fromEditsMessage(message.edits, `${field}.edits`) }),
    ...(message.etag !== '' && { etag: message.etag }),
  }
}

function sourceOf({ source }: Message, field: string): CandidateSource {
  switch (source.case) {
    case 'suggestionId':
      return { kind: 'suggestion', id: source.value }
    case 'potentialRoleId':
      return { kind: 'potential_role', id: source.value }
    case 'selection': {
      const { analysisId, minimumCoverageBasisPoints, explicitlyIncluded, explicitlyExcluded } = source.value
      for (const [name, { length }] of Object.entries({ explicitlyIncluded, explicitlyExcluded })) {
        if (length > 1000)
          throw invalidArgument(
            `${field}.selection.${name}`,
            `names ${length} entitlements; at most 1000 are supported`,
          )
      }
      return {
        kind: 'selection',
        analysisId,
        minimumCoverageBasisPoints,
        explicitlyIncluded: explicitlyIncluded.map(fromReference),
        explicitlyExcluded: explicitlyExcluded.map(fromReference),
      }
    }
    case 'modelRole':
      return { kind: 'model_role', modelId: source.value.roleModelId, number: source.value.number }
    case 'accessProfileId':
      return { kind: 'profile', id: source.value }
    case 'adHoc':
      return {
        kind: 'ad_hoc',
        displayName: source.value.displayName,
        entitlements: source.value.entitlements.map(fromReference),
        rule: fromRuleMessage(source.value.rule, `${field}.ad_hoc.rule`),
      }
    case 'draftId':
      return { kind: 'draft', id: source.value }
    default:
      throw invalidArgument(
        field,
        'needs one source: suggestion_id, potential_role_id, selection, model_role, access_profile_id, ad_hoc or draft_id',
      )
  }
}

/** @throws invalid_argument for a rule without a condition */
export function fromRuleMessage(message: RuleMessage | undefined, field: string): CandidateRule {
  const rule = message?.rule
  switch (rule?.case) {
    case 'filters':
      return { kind: 'filters', filters: rule.value.filters.map(({ attribute, values }) => ({ attribute, values })) }
    case 'celExpression':
      return { kind: 'cel', expression: rule.value }
    case 'identities':
      return { kind: 'identities', identityIds: rule.value.identityIds }
    default:
      throw invalidArgument(field, 'must say who is meant: filters, cel_expression or identities')
  }
}

export function fromEditsMessage(message: EditsMessage, field: string): CandidateEdits {
  return {
    displayName: message.displayName,
    addedEntitlements: message.addedEntitlements.map(fromReference),
    removedEntitlements: message.removedEntitlements.map(fromReference),
    ...(message.rule && { rule: fromRuleMessage(message.rule, `${field}.rule`) }),
    addedIdentityIds: message.addedIdentityIds,
    removedIdentityIds: message.removedIdentityIds,
  }
}

export function fromReference({ applicationId, entitlementId }: ReferenceMessage): EntitlementReference {
  return { applicationId, entitlementId }
}

export function toResolvedMessage(
  snapshot: Snapshot,
  candidate: ResolvedCandidate,
): MessageInitShape<typeof ResolvedCandidateSchema> {
  const { provenance } = candidate
  return {
    displayName: candidate.name,
    entitlementCount: candidate.entitlements.length,
    ...memberCounts(snapshot, candidate.members),
    etag: candidate.etag,
    version: candidate.version,
    importId: candidate.importId,
    sourceImportId: candidate.sourceImportId ?? '',
    stale: candidate.stale,
    goneEntitlementCount: candidate.goneEntitlements,
    goneIdentityCount: candidate.goneIdentities,
    createdBy: provenance.createdBy,
    ...(provenance.updatedAt && { updateTime: timestampFromDate(provenance.updatedAt) }),
    foundBy: provenance.foundBy,
    ownAccessProfileIds: [...provenance.ownProfileIds],
  } satisfies Partial<ResolvedMessage>
}

function memberCounts({ identityStatus, identityType }: Snapshot, members: Uint32Array) {
  let peopleCount = 0
  let serviceCount = 0
  for (const member of members) {
    if (identityType[member] !== identityTypes.human) serviceCount++
    else if (identityStatus[member] === identityStatuses.enabled) peopleCount++
  }
  return { peopleCount, serviceCount, disabledCount: members.length - peopleCount - serviceCount }
}
