/** The screens that one goes to, in their order. */
export const navigation = [
  { to: '/', title: 'Start' },
  { to: '/data', title: 'Data' },
  { to: '/explore', title: 'Explore' },
  { to: '/candidates', title: 'Candidates' },
  { to: '/drafts', title: 'Drafts' },
  { to: '/access-profiles', title: 'Profiles' },
  { to: '/coverage', title: 'Coverage' },
  { to: '/changes', title: 'Changes' },
  { to: '/role-models', title: 'Role models' },
  { to: '/settings', title: 'Settings' },
] as const
