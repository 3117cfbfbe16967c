import { OutboundFault } from '@assay/outbound'
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'

/**
 * The reason of a failed sign-in.
 * - `AWAY`: the issuer does not answer, is too slow or reports an error; the same request may succeed later.
 * - `DENIED`: the issuer, or the person at its page, refused.
 * - `REFUSED`: the issuer does not accept the code or the refresh token: it was used before, has expired or was revoked.
 * - `FORGED`: the answer does not belong to the request, or is not signed by the issuer.
 * - `MISCONFIGURED`: the issuer or its settings are wrong until somebody changes them.
 */
type OidcReason = 'AWAY' | 'DENIED' | 'REFUSED' | 'FORGED' | 'MISCONFIGURED'

/** A failure at an issuer, for people: the message names the issuer's host and never contains a token. */
export class OidcFault extends Error {
  override readonly name = 'OidcFault'
  readonly reason: OidcReason

  constructor(reason: OidcReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.reason = reason
  }
}

/** Error codes of RFC 6749 and OpenID Connect for grants that are invalid or no longer valid. */
const refusals = new Set(['invalid_grant', 'interaction_required', 'login_required', 'consent_required'])
const denials = new Set(['access_denied', ...refusals])
const passing = new Set(['server_error', 'temporarily_unavailable'])

/** Error codes of openid-client for answers that do not belong to the request. */
const forgeries = /CLAIM|TIMESTAMP|INVALID_RESPONSE|ATTRIBUTE_COMPARISON|KEY_SELECTION|PARSE_ERROR/

/** @param host the issuer's host, for the message */
export function faultOf(error: unknown, host: string): OidcFault {
  const fault = causeOf(error)
  if (fault instanceof OidcFault) return fault
  if (fault instanceof OutboundFault)
    return new OidcFault(fault.mayPass ? 'AWAY' : 'MISCONFIGURED', fault.message, error)
  if (error instanceof AuthorizationResponseError) return faultOfCode(error.error, host, error, denials, 'DENIED')
  if (error instanceof ResponseBodyError) return faultOfCode(error.error, host, error, refusals, 'REFUSED')
  if (error instanceof WWWAuthenticateChallengeError)
    return new OidcFault('REFUSED', `${host} does not take the access token that it gave`, error)
  if (error instanceof ClientError && forgeries.test(error.code ?? ''))
    return new OidcFault(
      'FORGED',
      `What ${host} sent does not belong to this sign-in, or is not signed by its keys`,
      error,
    )
  const words = error instanceof Error ? error.message : 'unknown'
  return new OidcFault('MISCONFIGURED', `${host} does not answer as OpenID Connect asks: ${words}`, error)
}

/** Whether the library for tokens failed because the issuer's keys could not be read; otherwise the token is at fault. */
export function areKeysUnread(error: unknown): boolean {
  const cause = causeOf(error)
  if (cause instanceof OidcFault || cause instanceof OutboundFault) return true
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ERR_JOSE_GENERIC' || code === 'ERR_JWKS_INVALID' || code === 'ERR_JWKS_TIMEOUT'
}

function faultOfCode(
  code: string,
  host: string,
  error: Error,
  known: ReadonlySet<string>,
  reason: OidcReason,
): OidcFault {
  if (known.has(code)) return new OidcFault(reason, `${host} says no (${shown(code)})`, error)
  if (passing.has(code)) return new OidcFault('AWAY', `${host} has a fault (${shown(code)})`, error)
  return new OidcFault(
    'MISCONFIGURED',
    `${host} refuses how it is asked (${shown(code)}): the client there and here differ`,
    error,
  )
}

/** An error code of the issuer, for a message; the known codes have only letters, digits and underscores. */
function shown(code: string): string {
  return /^\w{1,64}$/.test(code) ? code : 'unknown error'
}

/** The error of our own fetch, which the library wraps in its errors. */
function causeOf(error: unknown): unknown {
  let one = error
  for (let depth = 0; depth < 5 && one instanceof Error; depth++) {
    if (one instanceof OidcFault || one instanceof OutboundFault) return one
    one = one.cause
  }
  return error
}
