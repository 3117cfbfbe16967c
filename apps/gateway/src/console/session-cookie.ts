import { createHash } from 'node:crypto'
import type { ConsoleSessions, Principal } from '@assay/auth'
import type { RequestHeaders } from '@assay/server'

/** The address of the console, without its path. */
export interface PublicAddress {
  /** Such as `https://assay.example.com`; undefined when it is not set, so that the request's host counts. */
  readonly origin: string | undefined
  /** Distinguishes this installation's cookies from those of others on the same host, since cookies ignore the port. */
  readonly name: string
}

/**
 * The name of a cookie. Its flags and prefix keep scripts from reading it, other sites from sending it, and other hosts from setting it.
 */
function cookieName({ name }: PublicAddress, purpose: CookiePurpose = 'session'): string {
  const kind = purpose === 'session' ? '' : `${purpose}-`
  return `__Host-assay-${kind}${createHash('sha256').update(name).digest('hex').slice(0, 16)}`
}

/** The purposes of cookies: a session; a sign-in that waits for the issuer's answer; the outcome of the last sign-in. */
type CookiePurpose = 'session' | 'pending' | 'outcome'

/** @param seconds 0 deletes the cookie */
export function signInCookie(
  address: PublicAddress,
  purpose: 'pending' | 'outcome',
  value: string,
  seconds: number,
): string {
  // The issuer's answer is a navigation from another site; browsers send no strict cookies with it.
  const site = purpose === 'pending' ? 'Lax' : 'Strict'
  return `${cookieName(address, purpose)}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=${site}`
}

/** @param seconds 0 deletes the cookie */
export function sessionCookie(address: PublicAddress, sessionId: string, seconds: number): string {
  return `${cookieName(address)}=${sessionId}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Strict`
}

/**
 * The session id of a request of the console's page; undefined for any other request, even with the cookie. Another site can make a browser
 * send requests, but it cannot add the header or pretend that the request comes from this origin.
 */
export function sessionIdOf(headers: RequestHeaders, address: PublicAddress): string | undefined {
  if (!isOfOurPage(headers, address)) return undefined
  if (headers.get('content-type')?.trim().toLowerCase().startsWith('application/grpc')) return undefined
  return cookieOf(headers, address)
}

/** The value of one of the console's cookies, whichever site caused the request. The value alone must not authenticate anybody. */
export function cookieOf(headers: RequestHeaders, address: PublicAddress, purpose?: CookiePurpose): string | undefined {
  const start = `${cookieName(address, purpose)}=`
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(start))?.slice(start.length)
}

/** Whether the console's own script sent the request from its own page. */
export function isOfOurPage(headers: RequestHeaders, { origin }: PublicAddress): boolean {
  if (headers.get('x-assay-console') !== '1') return false
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  // Older browsers send no `Sec-Fetch-Site`, but they send the origin of a POST.
  const from = headers.get('origin')
  if (from === null) return false
  return origin === undefined ? from.replace(/^https?:\/\//, '') === headers.get('host') : from === origin
}

/** For `Callers.sessionOf`: the principal of a request's session. */
export function sessionCallers(
  sessions: ConsoleSessions,
  address: () => PublicAddress,
): (headers: RequestHeaders) => Promise<Principal> | undefined {
  return (headers) => {
    const id = sessionIdOf(headers, address())
    return id === undefined ? undefined : sessions.find(id).then(({ principal }) => principal)
  }
}
