import type { Account } from '@assay/contracts/assay/source/v1/source_pb'
import { type ListAccountsResponse, SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { createClient } from '@connectrpc/connect'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { useEffect } from 'react'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { showToast } from '../../shell/toast.tsx'
import { type AwaitedLinks, awaitedPage, countAwaited } from './awaited-links.ts'

/** The key of all queries about sources. */
export const sourceKey = ['connect-query', { serviceName: SourceService.typeName }]

const sources = createClient(SourceService, transport)
const lookAgainMs = 2_000
const accountsOf = (page: ListAccountsResponse) => page.accounts

/**
 * The accounts of a source in the order of its load. While changes of links have not taken effect, one page with such an account is
 * requested again and again, and all pages are requested once that page has changed.
 */
export function useAccounts(sourceId: string, awaited: AwaitedLinks) {
  const request = { sourceId, pageSize: 100, pageToken: '' }
  const query = useInfiniteQuery(SourceService.method.listAccounts, request, byPageToken)
  const page = awaitedPage(query.data?.pages ?? [], awaited)
  const { data: again, dataUpdatedAt: lookedAt } = useQuery(
    SourceService.method.listAccounts,
    { ...request, pageToken: page?.pageToken ?? '' },
    { enabled: page !== undefined, refetchInterval: lookAgainMs },
  )
  const hasChanged = page !== undefined && again !== undefined && countAwaited(again, awaited) < page.count
  const { refetch } = query
  // biome-ignore lint/correctness/useExhaustiveDependencies: a look that finds the change again repeats a request that failed
  useEffect(() => {
    if (hasChanged) void refetch()
  }, [hasChanged, lookedAt, refetch])
  return { ...query, ...usePages(query, accountsOf) }
}

/** Removes the link of an account. @returns whether it was removed; a toast reports a failure */
export function unlinkAccount(account: Account): Promise<boolean> {
  return done(sources.unlinkAccount(nameOf(account)))
}

/** Links an account again to the person whom it belonged to. @returns whether it was linked; a toast reports a failure */
export function linkAgain(account: Account): Promise<boolean> {
  return done(sources.linkAccount({ ...nameOf(account), identityId: account.identityId }))
}

function nameOf({ sourceId, applicationId, id: accountId }: Account) {
  return { sourceId, applicationId, accountId }
}

async function done(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
  } catch (error) {
    showToast(sentenceOf(error))
    return false
  }
  void queryClient.invalidateQueries()
  return true
}

/** Deletes a source, however much goes with it. @returns why it failed, or undefined */
export async function deleteSource(sourceId: string): Promise<string | undefined> {
  try {
    await sources.deleteSource({ sourceId, confirm: true })
    return undefined
  } catch (error) {
    return sentenceOf(error)
  }
}

/** After a deletion: the next screen requests its data again, and the page of the deleted source does not. */
export async function forgetSources(): Promise<void> {
  await queryClient.invalidateQueries({ refetchType: 'none' })
}
