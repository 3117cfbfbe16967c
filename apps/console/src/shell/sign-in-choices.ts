import { prefix } from './prefix.ts'
import { consoleHeader } from './session.ts'
import { texts } from './texts.ts'

/** The result of the last sign-in, if it failed. The gateway defines the codes. */
export interface SignInOutcome {
  readonly code: string
  readonly returnTo: string
  readonly issuer?: string
  readonly contact?: string
  readonly name?: string
  readonly groups?: readonly string[]
  readonly groupCount?: number
  readonly leavesGroupsOut?: boolean
}

interface SignInChoices {
  readonly organisation?: string
  readonly issuers: readonly { readonly id: string; readonly displayName: string }[]
  /** Several organisations sign in here, so the user must enter the name of one. */
  readonly isNameNeeded: boolean
  /** The platform has no configured public address. */
  readonly isAddressUnknown: boolean
  readonly outcome?: SignInOutcome
}

/** @param organisation the entered name, or empty. @throws when the gateway does not answer */
export async function signInChoices(organisation: string): Promise<SignInChoices> {
  const query = organisation === '' ? '' : `?${new URLSearchParams({ organisation })}`
  const response = await fetch(`${prefix}/console/sign-in${query}`, { headers: consoleHeader })
  if (!response.ok) throw new Error(texts.answeredBadly(response.status))
  return (await response.json()) as SignInChoices
}

/** The address at which the sign-in through a provider begins. It is for a link, because the page's policy forbids forms. */
export function signInAddress(issuerId: string, returnTo: string): string {
  return `${prefix}/console/sign-in/${issuerId}?${new URLSearchParams({ return_to: returnTo })}`
}

/** The present address, to return to after the sign-in. */
export function placeNow(): string {
  const { pathname, search, hash } = location
  return `${pathname.slice(prefix.length) || '/'}${search}${hash}`
}
