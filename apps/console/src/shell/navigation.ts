/** The screens that one goes to, in their order. */
export const navigation = [
  { to: '/', title: 'Start' },
  { to: '/explore', title: 'Explore' },
  { to: '/candidates', title: 'Candidates' },
  { to: '/drafts', title: 'Drafts' },
  { to: '/access-profiles', title: 'Profiles' },
  { to: '/data', title: 'Data' },
  { to: '/coverage', title: 'Coverage' },
  { to: '/changes', title: 'Changes' },
] as const
