/** The search parameters in the address of a review for its reviewer: the shown question, from 1, or the summary. */
interface DecideSearch {
  readonly at?: number | 'send' | undefined
}

export function readDecideSearch({ at }: Record<string, unknown>): DecideSearch {
  if (at === 'send') return { at }
  const number = Number(at)
  return Number.isInteger(number) && number >= 1 ? { at: number } : {}
}
