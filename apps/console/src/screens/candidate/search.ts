import { type CandidatesSearch, readCandidatesSearch } from '../candidates/search.ts'
import { type LookSearch, readLook } from '../matrix/look.ts'

export const tabs = ['access', 'people', 'impact', 'matrix', 'about', 'history'] as const
export type TabName = (typeof tabs)[number]

/** What the address of a candidate says: the list it came from, the open tab, and what is left out. */
export interface CandidateSearch extends CandidatesSearch, LookSearch {
  readonly tab?: TabName | undefined
  /** How the impact is counted; undefined: what it adds. */
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

/** An entitlement in one text; ids may hold any character, so both stand as JSON. */
export function entitlementKey(one: { readonly applicationId: string; readonly entitlementId: string }): string {
  return JSON.stringify([one.applicationId, one.entitlementId])
}
