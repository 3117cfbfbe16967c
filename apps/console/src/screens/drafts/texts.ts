export const texts = {
  title: 'Drafts',
  none: 'There is no draft. Leave something out of a candidate and keep that, merge two, or save a selection of Explore.',
  toCandidates: 'To the candidates',
} as const
