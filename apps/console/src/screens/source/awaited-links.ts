import { type Account, CorrelationRule } from '@assay/contracts/assay/source/v1/source_pb'
import type { ListAccountsResponse } from '@assay/contracts/assay/source/v1/source_service_pb'

/** Whether accounts will be linked once the sources are put together again, by the keys of the accounts. */
export type AwaitedLinks = ReadonlyMap<string, boolean>

/** Identifies an account among those of its source. */
export function keyOfAccount({ applicationId, id }: Pick<Account, 'applicationId' | 'id'>): string {
  return JSON.stringify([applicationId, id])
}

/** Whether a link decides to whom the account belongs, and not a rule. */
export function isLinked({ rule }: Pick<Account, 'rule'>): boolean {
  return rule === CorrelationRule.LINK
}

/** Whether a link was removed or made and has not taken effect yet. */
export function isAwaited(account: Account, awaited: AwaitedLinks): boolean {
  const willBeLinked = awaited.get(keyOfAccount(account))
  return willBeLinked !== undefined && willBeLinked !== isLinked(account)
}

type Page = Pick<ListAccountsResponse, 'accounts' | 'nextPageToken'>

/** The first page with an account whose change has not taken effect, and the number of such accounts; undefined when there is none. */
export function awaitedPage(
  pages: readonly Page[],
  awaited: AwaitedLinks,
): { readonly pageToken: string; readonly count: number } | undefined {
  const counts = pages.map((page) => countAwaited(page, awaited))
  const place = counts.findIndex((count) => count > 0)
  if (place < 0) return undefined
  return { pageToken: pages[place - 1]?.nextPageToken ?? '', count: counts[place] ?? 0 }
}

/** The number of accounts of a page whose changes have not taken effect. */
export function countAwaited({ accounts }: Pick<Page, 'accounts'>, awaited: AwaitedLinks): number {
  return accounts.filter((one) => isAwaited(one, awaited)).length
}
