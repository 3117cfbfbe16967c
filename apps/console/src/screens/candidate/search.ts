import { type CandidatesSearch, readCandidatesSearch } from '../candidates/search.ts'
import { type LookSearch, readLook } from '../matrix/look.ts'

export const tabs = ['access', 'people', 'impact', 'matrix', 'about', 'history'] as const
export type TabName = (typeof tabs)[number]

/** The search parameters in the address of a candidate: the list from which it was opened, the open tab, and the left-out entitlements. */
export interface CandidateSearch extends CandidatesSearch, LookSearch {
  readonly tab?: TabName | undefined
  /** How the impact is counted; undefined means that the candidate is added to single grants. */
  readonly mode?: 'replace' | undefined
  /** Keys of entitlements, see `entitlementKey`. */
  readonly out?: readonly string[] | undefined
}

const mostLeftOut = 200

export function readCandidateSearch(search: Record<string, unknown>): CandidateSearch {
  const { tab, mode, out } = search
  const keys = Array.isArray(out) ? out.filter((key) => typeof key === 'string').slice(0, mostLeftOut) : []
  return {
    ...readCandidatesSearch(search),
    ...readLook(search),
    ...(typeof tab === 'string' &&
      tab !== 'access' &&
      (tabs as readonly string[]).includes(tab) && { tab: tab as TabName }),
    ...(mode === 'replace' && { mode }),
    ...(keys.length > 0 && { out: keys }),
  }
}

/** The ids of an entitlement in one text. Ids may contain any character, so the text is JSON. */
export function entitlementKey(one: { readonly applicationId: string; readonly entitlementId: string }): string {
  return JSON.stringify([one.applicationId, one.entitlementId])
}
