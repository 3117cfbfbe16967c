import type {
  CohortHint as CohortHintMessage,
  CohortMiningSettings as CohortMiningSettingsMessage,
} from '@assay/contracts/assay/mining/v1/cohort_mining_pb'
import {
  CohortMiningSummarySchema,
  CohortSuggestionSchema,
  Population as PopulationMessage,
  RejectedCount_Reason as Reason,
} from '@assay/contracts/assay/mining/v1/cohort_mining_pb'
import {
  MineCohortsResponseSchema,
  SnapshotDescriptionSchema,
} from '@assay/contracts/assay/mining/v1/mining_service_pb'
import type { EntitlementDetails, SnapshotDescription } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import {
  type CohortHint,
  type CohortMiningProgress,
  type CohortSuggestion,
  type Population,
  type RejectionReason,
  rejectionReasons,
} from '@assay/mining'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { MinedSnapshot, WantedMining } from './use-cases/mine-snapshot.ts'

/** What the directory knows of the entitlements of a snapshot, by ordinal. */
type Entitlements = ReadonlyMap<number, EntitlementDetails>

const populations: Readonly<Record<Population, PopulationMessage>> = {
  people: PopulationMessage.PEOPLE,
  machines: PopulationMessage.MACHINES,
}

const reasons: Readonly<Record<RejectionReason, Reason>> = {
  cohort_too_small: Reason.COHORT_TOO_SMALL,
  same_members_as_simpler_cohort: Reason.SAME_MEMBERS_AS_SIMPLER_COHORT,
  nothing_shared: Reason.NOTHING_SHARED,
  explained_by_better_cohort: Reason.EXPLAINED_BY_BETTER_COHORT,
  too_few_entitlements: Reason.TOO_FEW_ENTITLEMENTS,
  beyond_max_suggestions: Reason.BEYOND_MAX_SUGGESTIONS,
  coverage_interval_too_low: Reason.COVERAGE_INTERVAL_TOO_LOW,
  no_lift_over_outside: Reason.NO_LIFT_OVER_OUTSIDE,
  uneven_inside_cohort: Reason.UNEVEN_INSIDE_COHORT,
  explained_by_more_general_cohort: Reason.EXPLAINED_BY_MORE_GENERAL_COHORT,
}

/**
 * What is absent stays absent, for the engine to put its defaults in.
 * @throws invalid_argument for a population that does not exist
 */
export function fromSettingsMessage(message: CohortMiningSettingsMessage | undefined): WantedMining {
  if (message === undefined) return { settings: {}, commonEntitlements: [] }
  const { populations: wanted } = message
  return {
    settings: present({
      minCohortSize: message.minCohortSize,
      minEntitlements: message.minEntitlements,
      maxFilters: message.maxFilters,
      maxAttributes: message.maxAttributes,
      minCoverage: message.minCoverage,
      expectedCoverage: message.expectedCoverage,
      minLift: message.minLift,
      commonAccessShare: message.commonAccessShare,
      maxSuggestions: message.maxSuggestions,
      hints: message.hints.map(fromHintMessage),
      ignoredAttributes: message.ignoredAttributes,
      populations: wanted.length === 0 ? undefined : [...new Set(wanted.map(fromPopulationMessage))],
    }),
    commonEntitlements: message.commonEntitlements.map(({ applicationId, entitlementId }) => ({
      applicationId,
      entitlementId,
    })),
  }
}

function present<Fields extends object>(fields: Fields) {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }
}

function fromHintMessage({ attribute, priority, values }: CohortHintMessage): CohortHint {
  return { attribute, priority, values: values.map((value) => value.trim()) }
}

function fromPopulationMessage(message: PopulationMessage, index: number): Population {
  for (const [name, number] of Object.entries(populations)) if (number === message) return name as Population
  throw invalidArgument(`settings.populations[${index}]`, 'must be POPULATION_PEOPLE or POPULATION_MACHINES')
}

export function toDescriptionMessage({ committedAt, attributes, ...rest }: SnapshotDescription) {
  return create(SnapshotDescriptionSchema, {
    ...rest,
    commitTime: timestampFromDate(committedAt),
    attributes: attributes.map((attribute) => ({ ...attribute })),
  })
}

export function toProgressMessage(progress: CohortMiningProgress) {
  const value = { ...progress, population: populations[progress.population] }
  return create(MineCohortsResponseSchema, { event: { case: 'progress', value } })
}

/** Suggestions, the best first, then the summary: each only made when it is asked for. */
export function* toOutcomeMessages(mined: MinedSnapshot) {
  for (const suggestion of mined.result.suggestions) {
    const value = toSuggestion(suggestion, mined.entitlements)
    yield create(MineCohortsResponseSchema, { event: { case: 'suggestion', value } })
  }
  yield create(MineCohortsResponseSchema, { event: { case: 'summary', value: toSummary(mined) } })
}

function toSuggestion(suggestion: CohortSuggestion, entitlements: Entitlements) {
  return create(CohortSuggestionSchema, {
    ...suggestion,
    population: populations[suggestion.population],
    filters: suggestion.filters.map(({ attribute, values }) => ({ attribute, values: [...values] })),
    entitlements: suggestion.entitlements.map(({ entitlement, ...figures }) => ({
      ...figures,
      entitlement: toReference(entitlement, entitlements),
    })),
  })
}

function toSummary({ importId, result, entitlements }: MinedSnapshot) {
  return create(CohortMiningSummarySchema, {
    importId,
    populations: result.populations.map((report) => ({
      population: populations[report.population],
      identityCount: report.identityCount,
      grantCount: report.grantCount,
      combinationsAnalyzed: report.combinationsAnalyzed,
      cohortsAnalyzed: report.cohortsAnalyzed,
      commonAccess: report.commonAccess.map(({ entitlement, ...figures }) => ({
        ...figures,
        entitlement: toReference(entitlement, entitlements),
      })),
    })),
    suggestionCount: result.suggestions.length,
    rejected: rejectionReasons
      .filter((reason) => result.rejected[reason] > 0)
      .map((reason) => toRejectedCount(reason, result)),
  })
}

function toRejectedCount(reason: RejectionReason, { rejected, nearest }: MinedSnapshot['result']) {
  const passing = nearest[reason]
  return {
    reason: reasons[reason],
    count: BigInt(rejected[reason]),
    ...(passing && { nearestSetting: { ...passing, candidateCount: BigInt(passing.candidateCount) } }),
  }
}

function toReference(ordinal: number, entitlements: Entitlements) {
  const details = entitlements.get(ordinal)
  if (details === undefined) throw new Error(`an entitlement of the result is not described: ${ordinal}`)
  return { applicationId: details.applicationId, entitlementId: details.id }
}
