/** The screens that one goes to, in their order. */
export const navigation = [
  { to: '/', title: 'Start' },
  { to: '/candidates', title: 'Candidates' },
  { to: '/access-profiles', title: 'Profiles' },
  { to: '/data', title: 'Data' },
] as const
