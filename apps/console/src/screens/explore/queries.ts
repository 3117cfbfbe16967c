import {
  CandidateService,
  type ListCandidateIdentitiesResponse,
} from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { ExploreService } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { CoverageService } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { RecommendationService } from '@assay/contracts/assay/insight/v1/recommendation_service_pb'
import { WhyService } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { untilLearnt } from '../entitlement/learning.ts'
import type { Condition } from './search.ts'

/** The conditions as messages for the calls. */
export function messagesOf(conditions: readonly Condition[]) {
  return conditions.map(({ attribute, values }) => ({ attribute, values: [...values] }))
}

/** The description of a cohort; the previous one is shown until the new one arrives. */
export function useCohort(conditions: readonly Condition[]) {
  return useQuery(
    ExploreService.method.describeCohort,
    { conditions: messagesOf(conditions) },
    { enabled: conditions.length > 0, placeholderData: keepPreviousData },
  )
}

interface Named {
  readonly applicationId: string
  readonly entitlementId: string
}

const named = ({ applicationId, entitlementId }: Named) => ({ applicationId, entitlementId })

/** The effect of giving entitlements to a cohort, when no cut-off selects exactly these. */
export function useSelectionEffect(conditions: readonly Condition[], entitlements: readonly Named[], isAsked: boolean) {
  return useQuery(
    ExploreService.method.evaluateSelection,
    { conditions: messagesOf(conditions), entitlements: entitlements.map(named) },
    { enabled: isAsked },
  )
}

/** Conditions whose values contain a text, counted among the people who meet the other conditions. */
export function useConditions(text: string, attribute: string, conditions: readonly Condition[]) {
  // For an attribute that already has a condition, further values are counted among the people who meet the other conditions.
  return useQuery(
    ExploreService.method.searchConditions,
    { text, attribute, conditions: messagesOf(conditions) },
    { placeholderData: keepPreviousData },
  )
}

/** The ranking of attributes by the grants that they explain. */
export function useRanking(isAsked: boolean) {
  return useQuery(CoverageService.method.rankAttributes, {}, { enabled: isAsked })
}

/** The reason why an analysis proposes a cohort or not. */
export function useWhy(conditions: readonly Condition[]) {
  return useQuery(WhyService.method.explainCohort, { conditions: messagesOf(conditions) }, { staleTime: 60_000 })
}

/** The entitlements that people of a cohort probably lack. */
export function useCohortLacking(conditions: readonly Condition[]) {
  return useQuery(
    RecommendationService.method.recommendForCohort,
    { filters: messagesOf(conditions) },
    { ...untilLearnt, staleTime: 60_000 },
  )
}

const identitiesOf = (page: ListCandidateIdentitiesResponse) => page.identities

/** The people of a cohort, each with the number of the given entitlements that they hold. */
export function useCohortPeople(conditions: readonly Condition[], entitlements: readonly Named[]) {
  const filters = messagesOf(conditions)
  const candidate = {
    source: {
      case: 'adHoc' as const,
      value: {
        entitlements: entitlements.map(named),
        rule: { rule: { case: 'filters' as const, value: { filters } } },
      },
    },
  }
  const query = useInfiniteQuery(
    CandidateService.method.listCandidateIdentities,
    { candidate, pageSize: 100, pageToken: '' },
    { ...byPageToken, placeholderData: keepPreviousData },
  )
  const { items, more, first } = usePages(query, identitiesOf)
  return { ...query, items, more, totalCount: first?.totalSize ?? 0 }
}
