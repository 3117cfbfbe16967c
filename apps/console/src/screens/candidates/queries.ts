import {
  type InboxCandidate,
  InboxService,
  type ListInboxCandidatesResponse,
} from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { ImpactMode, ImpactService } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { createQueryOptions, useInfiniteQuery } from '@connectrpc/connect-query'
import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { transport } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { sourceOf } from './candidate-source.ts'
import { bands, type CandidatesSearch, kinds, orders, states } from './search.ts'

const pageSize = 100

const candidatesOf = (page: ListInboxCandidatesResponse) => page.candidates

/** The candidates for the filters in the address, page by page; the previous ones are shown until the new ones arrive. */
export function useCandidates({ state = 'open', kind, band, order = 'best', q = '' }: CandidatesSearch) {
  const query = useInfiniteQuery(
    InboxService.method.listInboxCandidates,
    {
      states: [states[state]],
      kinds: kind === undefined ? [] : [kinds[kind]],
      bands: band === undefined ? [] : [bands[band]],
      order: orders[order],
      text: q,
      pageSize,
      pageToken: '',
    },
    {
      ...byPageToken,
      placeholderData: keepPreviousData,
    },
  )
  const { items: candidates, more, first } = usePages(query, candidatesOf)
  return { ...query, candidates, more, totalCount: first?.totalCount ?? 0, first }
}

/**
 * The number of grants that people outside each candidate would lose if it replaced single grants, on the data in
 * force; undefined while it is being counted, or when it cannot be counted. Requested page by page, like the list.
 */
export function useLosses(candidates: readonly InboxCandidate[]): ReadonlyMap<string, number> {
  const pages = useMemo(
    () =>
      Array.from({ length: Math.ceil(candidates.length / pageSize) }, (_, page) =>
        candidates.slice(page * pageSize, (page + 1) * pageSize),
      ),
    [candidates],
  )
  const answers = useQueries({
    queries: pages.map((page) => ({
      ...createQueryOptions(
        ImpactService.method.batchComputeImpact,
        { candidates: page.map((one) => ({ source: sourceOf(one) })), settings: { mode: ImpactMode.REPLACE } },
        { transport },
      ),
      staleTime: 60_000,
    })),
  })
  const counts = answers.map(({ data }) => data)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list of responses is new at each render, its items are not
  return useMemo(() => {
    const found = new Map<string, number>()
    for (const [page, answer] of counts.entries())
      for (const [place, { losses, errorMessage }] of (answer?.totals ?? []).entries()) {
        const id = pages[page]?.[place]?.id
        if (id !== undefined && errorMessage === '') found.set(id, Number(losses?.count ?? 0n))
      }
    return found
  }, [pages, ...counts])
}
