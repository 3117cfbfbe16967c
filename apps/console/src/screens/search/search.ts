/** The search parameters in the address of a search. */
export interface SearchSearch {
  /** The chosen tightness, in per cent. */
  readonly tight?: number | undefined
}

export function readSearchSearch({ tight }: Record<string, unknown>): SearchSearch {
  return typeof tight === 'number' && Number.isInteger(tight) && tight >= 0 && tight <= 100 ? { tight } : {}
}
