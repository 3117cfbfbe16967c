import {
  type RoleMiningManagementSuggestion,
  RoleMiningManagementSuggestionSchema,
  SuggestionState as SuggestionStateMessage,
} from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import {
  AccessProfileMatchSchema,
  AccessProfileMatchType,
  type CohortEntitlement,
  CohortEntitlementSchema,
} from '@assay/contracts/c1/mcp/role_mining/v1/entitlement_pb'
import type { EntitlementDetails } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { ProfileOverlap, SuggestedEntitlement, Suggestion, SuggestionState } from '@assay/role-mining'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

/** The directory's data about the entitlements of a page of suggestions, by key. */
export type EntitlementsByKey = ReadonlyMap<number, EntitlementDetails>

const toMessage: Readonly<Record<SuggestionState, SuggestionStateMessage>> = {
  new: SuggestionStateMessage.NEW,
  dismissed: SuggestionStateMessage.DISMISSED,
  accepted: SuggestionStateMessage.ACCEPTED,
}

const matchTypes: Readonly<Record<ProfileOverlap['type'], AccessProfileMatchType>> = {
  exact: AccessProfileMatchType.EXACT,
  superset: AccessProfileMatchType.SUPERSET,
  partial: AccessProfileMatchType.PARTIAL,
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromStateMessage(field: string, state: SuggestionStateMessage): SuggestionState {
  for (const [name, message] of Object.entries(toMessage)) if (message === state) return name as SuggestionState
  throw invalidArgument(field, 'must be SUGGESTION_STATE_NEW, SUGGESTION_STATE_DISMISSED or SUGGESTION_STATE_ACCEPTED')
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromMatchTypeMessage(field: string, type: AccessProfileMatchType): ProfileOverlap['type'] {
  for (const [name, message] of Object.entries(matchTypes)) if (message === type) return name as ProfileOverlap['type']
  throw invalidArgument(
    field,
    'must be ACCESS_PROFILE_MATCH_TYPE_EXACT, ACCESS_PROFILE_MATCH_TYPE_SUPERSET or ACCESS_PROFILE_MATCH_TYPE_PARTIAL',
  )
}

export function toSuggestionMessage(
  suggestion: Suggestion,
  entitlements: EntitlementsByKey,
): RoleMiningManagementSuggestion {
  return create(RoleMiningManagementSuggestionSchema, {
    id: suggestion.id,
    runId: suggestion.runId,
    suggestedName: suggestion.suggestedName,
    description: suggestion.description,
    suggestionState: toMessage[suggestion.state],
    cohortFilters: suggestion.cohortFilters.map(({ attribute, values }) => ({ attribute, values: [...values] })),
    dimensionCount: suggestion.cohortFilters.length,
    cohortSize: suggestion.cohortSize,
    entitlements: suggestion.entitlements.map((one) => toEntitlementMessage(one, entitlements)),
    usersWithAll: suggestion.usersWithAll,
    avgCoverage: suggestion.avgCoverage,
    confidence: suggestion.confidence,
    insights: [...suggestion.insights],
    existingProfileMatches: suggestion.profileMatches.map((match) => toMatchMessage(match, suggestion, entitlements)),
    createdCatalogId: suggestion.createdProfileId ?? '',
    createdAt: timestampFromDate(suggestion.createdAt),
    updatedAt: timestampFromDate(suggestion.updatedAt),
    lastGeneratedAt: timestampFromDate(suggestion.lastGeneratedAt),
  })
}

function toMatchMessage(match: ProfileOverlap, suggestion: Suggestion, entitlements: EntitlementsByKey) {
  const suggested = new Map(suggestion.entitlements.map((one) => [one.key, one]))
  return create(AccessProfileMatchSchema, {
    catalogId: match.profileId,
    catalogDisplayName: match.displayName,
    matchType: matchTypes[match.type],
    overlapRatio: match.overlapRatio,
    missingEntitlements: match.missing
      .map((key) => suggested.get(key))
      .filter((one) => one !== undefined)
      .map((one) => toEntitlementMessage(one, entitlements)),
  })
}

export function toEntitlementMessage(one: SuggestedEntitlement, entitlements: EntitlementsByKey): CohortEntitlement {
  const details = entitlements.get(one.key)
  return create(CohortEntitlementSchema, {
    appId: details?.applicationId ?? '',
    appDisplayName: details?.applicationDisplayName ?? '',
    entitlementId: details?.id ?? '',
    entitlementDisplayName: details?.displayName ?? '',
    appResourceDisplayName: details?.resource ?? '',
    appResourceTypeDisplayName: details?.resourceType ?? '',
    riskLevelValueId: details?.riskLevel ?? '',
    coverage: one.coverage,
    grantedCount: one.grantedCount,
  })
}
