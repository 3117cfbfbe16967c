import { screenNames } from './texts.ts'

interface Destination {
  readonly to: string
  readonly title: string
  /** The screen is about all people; a bounded reader is refused. */
  readonly isOfEverybody?: boolean
}

/** The screens in the navigation, in their order. */
const destinations = [
  { to: '/', title: screenNames.start },
  { to: '/data', title: screenNames.data, isOfEverybody: true },
  { to: '/explore', title: screenNames.explore },
  { to: '/matrix', title: screenNames.matrix },
  { to: '/candidates', title: screenNames.candidates },
  { to: '/drafts', title: screenNames.drafts },
  { to: '/access-profiles', title: screenNames.profiles },
  { to: '/coverage', title: screenNames.coverage },
  { to: '/changes', title: screenNames.changes, isOfEverybody: true },
  { to: '/role-models', title: screenNames.roleModels, isOfEverybody: true },
  { to: '/reviews', title: screenNames.reviews },
  { to: '/ledger', title: screenNames.ledger, isOfEverybody: true },
  { to: '/settings', title: screenNames.settings },
] as const satisfies readonly Destination[]

/** The screens that have content for the user. */
export function navigationOf(isBounded: boolean): readonly (typeof destinations)[number][] {
  return destinations.filter((one) => !isBounded || !('isOfEverybody' in one))
}
