import { type AccessToken, actsForItself } from '@assay/auth'
import { type NodeHandler, type NodeRequest, reply } from '@assay/server'
import type { EndpointContext } from '../api-dialect.ts'
import { replyWithOAuth } from '../oauth/token-answer.ts'
import { OAuthError, required, requirePost } from '../oauth/token-form.ts'
import { clients, scopesOf } from './clients.ts'
import { readTokenRequest } from './token-request.ts'

export const oauthTokenPath = '/oauth/token'
export const oauthInfoPath = '/oauth/info'

/**
 * `POST /oauth/token`: a client sends its id and secret and gets a bearer token, with status exactly 200 (contract section 1,
 * rule 2).
 */
export function sailpointTokenEndpoint({ loginOf, logger }: EndpointContext): NodeHandler {
  return (request, response) => replyWithOAuth(response, issue(request, loginOf), logger)
}

async function issue(request: NodeRequest, loginOf: EndpointContext['loginOf']) {
  requirePost(request)
  const login = loginOf(request)
  const form = await readTokenRequest(request)
  const grantType = required(form, 'grant_type')
  if (grantType.toLowerCase() !== 'client_credentials') {
    const offered = `grant_type: "${grantType}" is not offered; use client_credentials`
    throw new OAuthError(400, 'unsupported_grant_type', offered)
  }
  const token = await login.issue(required(form, 'client_id'), required(form, 'client_secret'))
  if (token.principal.dialect !== clients.name) {
    const other = 'client_id: this client was made for another API; make one with --dialect sailpoint'
    throw new OAuthError(400, 'unauthorized_client', other)
  }
  return tokenAnswer(token)
}

/** The members that SailPoint's documentation shows; its clients read only `access_token`. */
function tokenAnswer({ accessToken, tokenId, expiresInSeconds, principal }: AccessToken) {
  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: expiresInSeconds,
    scope: scopesOf(principal).join(' '),
    accessType: 'OFFLINE',
    tenant_id: String(principal.tenantId),
    internal: false,
    pod: 'assay',
    strong_auth_supported: false,
    strong_auth: false,
    org: principal.tenant,
    enabled: true,
    ...(!actsForItself(principal) && { user_id: principal.identityId, identity_id: principal.identityId }),
    jti: tokenId,
  }
}

/**
 * `GET /oauth/info`: the address of the token endpoint. It needs no token, so it names no tenant. Of the members in SailPoint's
 * documentation, `authorizeEndpoint` and `logoutUrl` are left out, because we do not serve those addresses.
 */
export function oauthInfoEndpoint({ baseUrlOf }: EndpointContext): NodeHandler {
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      reply(
        response,
        405,
        { 'content-type': 'application/json', allow: 'GET, HEAD' },
        '{"error":"Send a GET request"}\n',
      )
      return
    }
    const base = baseUrlOf(request)
    const info = {
      tenantId: '',
      tenantName: 'assay',
      tokenEndpoint: `${base}${oauthTokenPath}`,
      cloudDomainUrl: base,
      pod: 'assay',
    }
    reply(response, 200, { 'content-type': 'application/json' }, `${JSON.stringify(info)}\n`)
  }
}
