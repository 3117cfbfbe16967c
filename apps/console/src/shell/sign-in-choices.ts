import { prefix } from './prefix.ts'
import { consoleHeader } from './session.ts'
import { texts } from './texts.ts'

/** What became of the last sign-in, where it let nobody in. The gateway says what each code stands for. */
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
  /** Several organisations sign in here: one has to be named. */
  readonly isNameNeeded: boolean
  /** Nobody told the platform by which address it is reached. */
  readonly isAddressUnknown: boolean
  readonly outcome?: SignInOutcome
}

/** @param organisation its name; empty where nobody was asked for it. @throws when the gateway does not answer */
export async function signInChoices(organisation: string): Promise<SignInChoices> {
  const query = organisation === '' ? '' : `?${new URLSearchParams({ organisation })}`
  const response = await fetch(`${prefix}/console/sign-in${query}`, { headers: consoleHeader })
  if (!response.ok) throw new Error(texts.answeredBadly(response.status))
  return (await response.json()) as SignInChoices
}

/** Where a provider's sign-in begins. A link and no form: the page's policy keeps forms from other sites. */
export function signInAddress(issuerId: string, returnTo: string): string {
  return `${prefix}/console/sign-in/${issuerId}?${new URLSearchParams({ return_to: returnTo })}`
}

/** Where somebody is now, for after the sign-in. */
export function placeNow(): string {
  const { pathname, search, hash } = location
  return `${pathname.slice(prefix.length) || '/'}${search}${hash}`
}
