import { prefix } from './prefix.ts'
import { createStore } from './store.ts'
import { texts } from './texts.ts'
import { clearStorage, removeValuesOfOthers } from './typed-storage.ts'

export type Right = 'read' | 'mine' | 'decide' | 'administer'

/** The session of a signed-in user. */
export interface Session {
  /** The id of the user in decisions and reviews. */
  readonly userId: string
  readonly displayName: string
  readonly role: string
  readonly tenant: string
  readonly rights: readonly Right[]
  /** The user is a bounded reader, see docs/access.md. */
  readonly isBounded: boolean
  /** Absent when the session began by a link. */
  readonly person?: { readonly id: string; readonly issuer: string }
}

type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'signed-out' }
  /** The session has ended. The page and typed texts stay until the user signs in again. */
  | { readonly kind: 'ended'; readonly session: Session }
  | { readonly kind: 'signed-in'; readonly session: Session }

export const sessionState = createStore<SessionState>({ kind: 'loading' })

/** Only a script of this page can add this header, so the gateway accepts a session only with it. */
export const consoleHeader = { 'x-assay-console': '1' } as const

const address = `${prefix}/console/session`

/** Reads the session from the gateway. @throws when the gateway does not answer */
export async function refreshSession(): Promise<void> {
  const response = await fetch(address, { headers: consoleHeader })
  if (response.ok) begin((await response.json()) as Session)
  else if (response.status === 401) noteSessionEnded()
  else throw new Error(texts.answeredBadly(response.status))
}

function begin(session: Session): void {
  removeValuesOfOthers(ownerOf(session))
  const isOfAnother = sessionState.get().kind === 'ended' && ownerNow() !== ownerOf(session)
  // The page still has the data and the typed texts of the user whose session has ended.
  if (isOfAnother) location.reload()
  else sessionState.set({ kind: 'signed-in', session })
}

/** The user of a tenant to whom typed values belong. */
function ownerOf({ tenant, person, userId }: Session): string {
  return JSON.stringify([tenant, person?.id ?? userId])
}

/** The present user, or the one whose session has ended; empty when there is none. */
export function ownerNow(): string {
  const state = sessionState.get()
  return state.kind === 'signed-in' || state.kind === 'ended' ? ownerOf(state.session) : ''
}

/** Records that a call was refused because the session has ended. */
export function noteSessionEnded(): void {
  const state = sessionState.get()
  if (state.kind === 'loading') sessionState.set({ kind: 'signed-out' })
  if (state.kind === 'signed-in') sessionState.set({ kind: 'ended', session: state.session })
}

/** Signs in with the secret of a link. @returns a sentence about the failure, or undefined */
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
 * Signs out of Assay, and then at the provider if it has a page for that.
 * @throws when the gateway does not answer or did not end the session, so that the user does not believe that it has ended
 */
export async function signOut(): Promise<void> {
  const response = await fetch(address, { method: 'DELETE', headers: consoleHeader })
  if (!response.ok) throw new Error(texts.answeredBadly(response.status))
  // The next user must not see typed texts that were not sent.
  clearStorage()
  const { signOutUrl } = response.status === 200 ? ((await response.json()) as { signOutUrl?: string }) : {}
  sessionState.set({ kind: 'signed-out' })
  if (signOutUrl !== undefined) location.assign(signOutUrl)
}
