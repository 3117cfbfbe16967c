import { type LookSearch, readLook } from '../matrix/look.ts'

export const tabs = ['lists', 'matrix'] as const
export type TabName = (typeof tabs)[number]

/** The search parameters in the address of a profile. */
export interface ProfileSearch extends LookSearch {
  readonly tab?: Exclude<TabName, 'lists'> | undefined
  /** The question to which system it is handed over is open. */
  readonly publish?: true | undefined
}

export function readProfileSearch(search: Record<string, unknown>): ProfileSearch {
  return {
    ...(search.tab === 'matrix' && { tab: search.tab }),
    ...(search.publish === true && { publish: true }),
    ...readLook(search),
  }
}
