import { prefix } from './prefix.ts'
import { createStore } from './store.ts'
import { texts } from './texts.ts'

export type Right = 'read' | 'mine' | 'decide' | 'administer'

/** Who is signed in. */
export interface Session {
  /** The id under which decisions and reviews name them. */
  readonly userId: string
  readonly displayName: string
  readonly role: string
  readonly tenant: string
  readonly rights: readonly Right[]
  /** They see some people only, see docs/access.md. */
  readonly isBounded: boolean
  /** Absent where the session began by a link. */
  readonly person?: { readonly id: string; readonly issuer: string }
}

type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'signed-out' }
  /** The page stays as it is, and what was typed with it, until somebody signs in again. */
  | { readonly kind: 'ended'; readonly session: Session }
  | { readonly kind: 'signed-in'; readonly session: Session }

export const sessionState = createStore<SessionState>({ kind: 'loading' })

/** Only our own script can add this header, so a session counts with it alone. */
export const consoleHeader = { 'x-assay-console': '1' } as const

const address = `${prefix}/console/session`

/** Asks who is signed in. @throws when the gateway does not answer */
export async function refreshSession(): Promise<void> {
  const response = await fetch(address, { headers: consoleHeader })
  if (response.ok) sessionState.set({ kind: 'signed-in', session: (await response.json()) as Session })
  else if (response.status === 401) noteSessionEnded()
  else throw new Error(texts.answeredBadly(response.status))
}

/** A call was refused because nobody is signed in any more. */
export function noteSessionEnded(): void {
  const state = sessionState.get()
  if (state.kind === 'loading') sessionState.set({ kind: 'signed-out' })
  if (state.kind === 'signed-in') sessionState.set({ kind: 'ended', session: state.session })
}

/** Uses a link's secret. @returns what went wrong, in a sentence, or undefined */
export async function signIn(link: string): Promise<string | undefined> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { ...consoleHeader, 'content-type': 'application/json' },
    body: JSON.stringify({ link }),
  })
  if (!response.ok) {
    const { message } = (await response.json().catch(() => ({}))) as { message?: string }
    return message ?? texts.answeredBadly(response.status)
  }
  await refreshSession()
  return undefined
}

/**
 * Signs out here, and then at the provider where it has a page for that.
 * @throws when the gateway does not answer, or did not end the session: nobody must believe that it has ended
 */
export async function signOut(): Promise<void> {
  const response = await fetch(address, { method: 'DELETE', headers: consoleHeader })
  if (!response.ok) throw new Error(texts.answeredBadly(response.status))
  // What was typed and not sent is not for whoever signs in next.
  sessionStorage.clear()
  const { signOutUrl } = response.status === 200 ? ((await response.json()) as { signOutUrl?: string }) : {}
  sessionState.set({ kind: 'signed-out' })
  if (signOutUrl !== undefined) location.assign(signOutUrl)
}
