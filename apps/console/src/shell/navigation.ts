/** The screens that one goes to, in their order. */
export const navigation = [
  { to: '/', title: 'Start' },
  { to: '/data', title: 'Data' },
  { to: '/explore', title: 'Explore' },
  { to: '/matrix', title: 'Matrix' },
  { to: '/candidates', title: 'Candidates' },
  { to: '/drafts', title: 'Drafts' },
  { to: '/access-profiles', title: 'Profiles' },
  { to: '/coverage', title: 'Coverage' },
  { to: '/changes', title: 'Changes' },
] as const
