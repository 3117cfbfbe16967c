/** The paths of the console's screens; `*` stands for one part of a path. The gateway serves the page for these alone. */
export const screens = [
  { path: '/' },
  { path: '/sign-in' },
  { path: '/explore' },
  { path: '/candidates' },
  { path: '/candidates/*' },
  { path: '/compare' },
  { path: '/drafts' },
  { path: '/drafts/*' },
  { path: '/access-profiles' },
  { path: '/access-profiles/*' },
  { path: '/changes' },
  { path: '/coverage' },
  { path: '/entitlements/*/*' },
  { path: '/people/*' },
  { path: '/keys' },
] as const
