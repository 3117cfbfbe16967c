import {
  CandidateService,
  type ListCandidateIdentitiesResponse,
} from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { ExploreService } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { CoverageService } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { WhyService } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import type { Condition } from './search.ts'

/** Sent as the calls take them. */
export function messagesOf(conditions: readonly Condition[]) {
  return conditions.map(({ attribute, values }) => ({ attribute, values: [...values] }))
}

/** What the people of a cohort share; the previous one is shown until the new one arrives. */
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

/** What giving entitlements to a cohort would change, where no cut-off says it. */
export function useSelectionEffect(conditions: readonly Condition[], entitlements: readonly Named[], isAsked: boolean) {
  return useQuery(
    ExploreService.method.evaluateSelection,
    { conditions: messagesOf(conditions), entitlements: entitlements.map(named) },
    { enabled: isAsked },
  )
}

/** Conditions whose values have a text, counted within others. */
export function useConditions(text: string, attribute: string, conditions: readonly Condition[]) {
  // Other values of an attribute that has one already are found among everybody who meets the others.
  return useQuery(
    ExploreService.method.searchConditions,
    { text, attribute, conditions: messagesOf(conditions) },
    { placeholderData: keepPreviousData },
  )
}

/** Attributes by what they explain. */
export function useRanking(isAsked: boolean) {
  return useQuery(CoverageService.method.rankAttributes, {}, { enabled: isAsked })
}

/** Why an analysis proposes a cohort, or does not. */
export function useWhy(conditions: readonly Condition[]) {
  return useQuery(WhyService.method.explainCohort, { conditions: messagesOf(conditions) }, { staleTime: 60_000 })
}

const identitiesOf = (page: ListCandidateIdentitiesResponse) => page.identities

/** The people of a cohort, each with how many of some entitlements they hold. */
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
