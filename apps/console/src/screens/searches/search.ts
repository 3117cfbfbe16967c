import { readWho, writeWho } from '../explore/search.ts'

/** The search parameters in the address of the searches: the conditions of the next one, as in Explore. */
export interface SearchesSearch {
  readonly who?: string | undefined
}

export function readSearchesSearch({ who }: Record<string, unknown>): SearchesSearch {
  const conditions = typeof who === 'string' ? writeWho(readWho(who)) : ''
  return conditions === '' ? {} : { who: conditions }
}
