import { createHash } from 'node:crypto'
import type { ConsoleSessions, Principal } from '@assay/auth'
import type { RequestHeaders } from '@assay/server'

/** Where people reach the console, apart from any path in front of it. */
export interface PublicAddress {
  /** Such as `https://assay.example.com`; undefined where nobody said it, and what a request names as its host counts. */
  readonly origin: string | undefined
  /** What tells this installation's cookie from those of others on the same host, whose cookies know no port. */
  readonly name: string
}

/** The cookie that holds a session's id: no script reads it, no other site causes it to be sent, and no other host sets it. */
function cookieName({ name }: PublicAddress, purpose: CookiePurpose = 'session'): string {
  const kind = purpose === 'session' ? '' : `${purpose}-`
  return `__Host-assay-${kind}${createHash('sha256').update(name).digest('hex').slice(0, 16)}`
}

/** What cookies are for: a session; a sign-in that waits for the issuer's answer; what became of the last one. */
type CookiePurpose = 'session' | 'pending' | 'outcome'

/** @param seconds 0 takes the cookie back */
export function signInCookie(
  address: PublicAddress,
  purpose: 'pending' | 'outcome',
  value: string,
  seconds: number,
): string {
  // The issuer's answer is a navigation from another site, with which a browser sends no cookie that is strict.
  const site = purpose === 'pending' ? 'Lax' : 'Strict'
  return `${cookieName(address, purpose)}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=${site}`
}

/** @param seconds 0 takes the cookie back */
export function sessionCookie(address: PublicAddress, sessionId: string, seconds: number): string {
  return `${cookieName(address)}=${sessionId}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Strict`
}

/**
 * The session id of a request of our own page; undefined for any other request, whatever cookie it carries. Another site can make
 * a browser send requests, but cannot make it add the header, or say that the request comes from here.
 */
export function sessionIdOf(headers: RequestHeaders, address: PublicAddress): string | undefined {
  if (!isOfOurPage(headers, address)) return undefined
  if (headers.get('content-type')?.trim().toLowerCase().startsWith('application/grpc')) return undefined
  return cookieOf(headers, address)
}

/** The value of a cookie of ours, whoever caused the request: nobody is let in by it alone. */
export function cookieOf(headers: RequestHeaders, address: PublicAddress, purpose?: CookiePurpose): string | undefined {
  const start = `${cookieName(address, purpose)}=`
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(start))?.slice(start.length)
}

/** Whether a request was made by the console's own script, on its own page. */
export function isOfOurPage(headers: RequestHeaders, { origin }: PublicAddress): boolean {
  if (headers.get('x-assay-console') !== '1') return false
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  // Older browsers: they say at least where a POST comes from.
  const from = headers.get('origin')
  if (from === null) return false
  return origin === undefined ? from.replace(/^https?:\/\//, '') === headers.get('host') : from === origin
}

/** For `Callers.sessionOf`: whom the session of a request stands for. */
export function sessionCallers(
  sessions: ConsoleSessions,
  address: () => PublicAddress,
): (headers: RequestHeaders) => Promise<Principal> | undefined {
  return (headers) => {
    const id = sessionIdOf(headers, address())
    return id === undefined ? undefined : sessions.find(id).then(({ principal }) => principal)
  }
}
