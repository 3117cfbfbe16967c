/** The paths of the console's screens; `*` stands for one part of a path. The gateway serves the page for these alone. */
export const screens = [
  { path: '/' },
  { path: '/sign-in' },
  { path: '/candidates' },
  { path: '/candidates/*' },
  { path: '/access-profiles' },
  { path: '/access-profiles/*' },
  { path: '/entitlements/*/*' },
  { path: '/people/*' },
  { path: '/data' },
  { path: '/data/bring' },
  { path: '/data/sources/*' },
  { path: '/keys' },
] as const
