import { type Account, CorrelationRule } from '@assay/contracts/assay/source/v1/source_pb'
import { type ListAccountsResponse, SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { createClient } from '@connectrpc/connect'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { showToast } from '../../shell/toast.tsx'

/** The key of all queries about sources. */
export const sourceKey = ['connect-query', { serviceName: SourceService.typeName }]

const sources = createClient(SourceService, transport)
const lookAgainMs = 2_000
const accountsOf = (page: ListAccountsResponse) => page.accounts

/** Identifies an account among those of its source. */
export function keyOfAccount({ applicationId, id }: Account): string {
  return JSON.stringify([applicationId, id])
}

/** Whether a link decides to whom the account belongs, and not a rule. */
export function isLinked({ rule }: Account): boolean {
  return rule === CorrelationRule.LINK
}

/** Whether accounts will be linked once the sources are put together again, by the keys of the accounts. */
export type AwaitedLinks = ReadonlyMap<string, boolean>

/** Whether a link was removed or made and has not taken effect yet. */
export function isAwaited(account: Account, awaited: AwaitedLinks): boolean {
  const willBeLinked = awaited.get(keyOfAccount(account))
  return willBeLinked !== undefined && willBeLinked !== isLinked(account)
}

/** The accounts of a source in the order of its load; requested again until the changes of links have taken effect. */
export function useAccounts(sourceId: string, awaited: AwaitedLinks) {
  const query = useInfiniteQuery(
    SourceService.method.listAccounts,
    { sourceId, pageSize: 100, pageToken: '' },
    {
      ...byPageToken,
      refetchInterval: ({ state: { data } }) =>
        data?.pages.flatMap(accountsOf).some((one) => isAwaited(one, awaited)) ? lookAgainMs : false,
    },
  )
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
