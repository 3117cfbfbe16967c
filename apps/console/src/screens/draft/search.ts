export const tabs = { access: 'Access', people: 'People', history: 'What it is made of' } as const
export type TabName = keyof typeof tabs

/** What the address of a draft says. */
export interface DraftSearch {
  readonly tab?: Exclude<TabName, 'access'> | undefined
}

export function readDraftSearch({ tab }: Record<string, unknown>): DraftSearch {
  return tab === 'people' || tab === 'history' ? { tab } : {}
}
