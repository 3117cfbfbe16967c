import type { AccessToken, ClientLogin } from '@assay/auth'
import { invalidRequest, OAuthError, required, requireOneOf, type TokenForm } from '../oauth/token-form.ts'
import { federated } from './clients.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const tokenType = (name: string) => `urn:ietf:params:oauth:token-type:${name}`

/** The answer to a token request (RFC 6749, section 5.1; `issued_token_type` is of RFC 8693, section 2.2.1). */
export interface Grant {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly issued_token_type?: string
}

/**
 * Answers a token request by its grant type. Throws OAuthError for faults of the form, and DomainErrors for faults of the
 * proof.
 */
export async function grantToken(form: TokenForm, login: ClientLogin, publicHosts: readonly string[]): Promise<Grant> {
  const grantType = form.get('grant_type') ?? 'client_credentials'
  switch (grantType) {
    case 'client_credentials':
      return granted(await byCredentials(form, login, publicHosts))
    case tokenExchange:
      return { ...granted(await byExchange(form, login, publicHosts)), issued_token_type: tokenType('access_token') }
    default: {
      const offered = `"${grantType}" is not offered; use client_credentials or ${tokenExchange}`
      throw new OAuthError(400, 'unsupported_grant_type', `grant_type: ${offered}`)
    }
  }
}

function granted({ accessToken, expiresInSeconds }: AccessToken): Grant {
  return { access_token: accessToken, token_type: 'Bearer', expires_in: expiresInSeconds }
}

/** Id and secret in the form (RFC 6749, sections 4.4 and 2.3.1), or an assertion signed with the secret (RFC 7523). */
async function byCredentials(form: TokenForm, login: ClientLogin, publicHosts: readonly string[]) {
  const assertion = form.get('client_assertion')
  if (assertion === undefined && !form.has('client_assertion_type')) {
    return await login.issue(required(form, 'client_id'), required(form, 'client_secret'))
  }
  if (form.has('client_secret')) throw invalidRequest('client_secret: must not be used with client_assertion')
  requireOneOf(form, 'client_assertion_type', [assertionType])
  return await login.issueForAssertion({
    clientId: form.get('client_id'),
    assertion: required(form, 'client_assertion'),
    publicHosts,
  })
}

/** Exchanges a token of an issuer that the client trusts for one of ours (RFC 8693): workload federation. */
async function byExchange(form: TokenForm, login: ClientLogin, publicHosts: readonly string[]) {
  const clientId = required(form, 'client_id')
  const subjectToken = required(form, 'subject_token')
  requireOneOf(form, 'subject_token_type', [tokenType('jwt'), tokenType('id_token')])
  if (form.has('requested_token_type')) requireOneOf(form, 'requested_token_type', [tokenType('access_token')])
  if (form.has('actor_token')) throw invalidRequest('actor_token: acting on behalf of somebody else is not offered')
  if (!clientId.endsWith(`/${federated}`)) {
    throw new OAuthError(400, 'unauthorized_client', 'client_id: only clients made by "clients trust" exchange tokens')
  }
  return await login.issueForSubjectToken({ clientId, subjectToken, publicHosts })
}
