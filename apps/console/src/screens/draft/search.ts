export const tabs = ['access', 'people', 'history'] as const
export type TabName = (typeof tabs)[number]

/** The search parameters in the address of a draft. */
export interface DraftSearch {
  readonly tab?: Exclude<TabName, 'access'> | undefined
}

export function readDraftSearch({ tab }: Record<string, unknown>): DraftSearch {
  return tab === 'people' || tab === 'history' ? { tab } : {}
}
