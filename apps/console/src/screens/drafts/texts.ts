export const texts = {
  title: 'Drafts',
  none: 'There is no draft. Leave something out of a candidate and save that, merge two, or save a selection of Explore.',
  toCandidates: 'To the candidates',
  draft: 'Draft',
  changedBy: 'Changed by',
  changed: 'Changed',
  saved: (names: readonly string[]) =>
    `Saved as ${names.length === 1 ? 'a draft' : 'drafts'}: “${names.join('” and “')}”.`,
  deleted: (count: number) => (count === 1 ? 'The draft is deleted.' : 'The drafts are deleted.'),
  deletedOne: (name: string) => `Deleted the draft “${name}”.`,
} as const
