interface Destination {
  readonly to: string
  readonly title: string
  /** Of the whole organisation: who sees some people only is refused. */
  readonly isOfEverybody?: boolean
}

/** The screens that one goes to, in their order. */
const destinations = [
  { to: '/', title: 'Start' },
  { to: '/data', title: 'Data', isOfEverybody: true },
  { to: '/explore', title: 'Explore' },
  { to: '/matrix', title: 'Matrix' },
  { to: '/candidates', title: 'Candidates' },
  { to: '/drafts', title: 'Drafts' },
  { to: '/access-profiles', title: 'Profiles' },
  { to: '/coverage', title: 'Coverage' },
  { to: '/changes', title: 'Changes', isOfEverybody: true },
  { to: '/reviews', title: 'Reviews' },
  { to: '/ledger', title: 'Ledger', isOfEverybody: true },
] as const satisfies readonly Destination[]

/** Those that somebody is shown anything on. */
export function navigationOf(isBounded: boolean): readonly (typeof destinations)[number][] {
  return destinations.filter((one) => !isBounded || !('isOfEverybody' in one))
}
