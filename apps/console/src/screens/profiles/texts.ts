export const texts = {
  title: 'Profiles',
  none: 'There is no access profile yet. Accept a candidate, and it becomes one.',
  toCandidates: 'To the candidates',
} as const
