import type { AccessTokens } from '@assay/auth'
import type { NodeHandler, NodeRequest } from '@assay/server'
import type { EndpointContext } from '../api-dialect.ts'
import { replyWithOAuth } from '../oauth/token-answer.ts'
import { OAuthError, readTokenForm } from '../oauth/token-form.ts'
import { type Grant, grantToken } from './token-grants.ts'

export const tokenPath = '/auth/v1/token'

/**
 * `POST /auth/v1/token`, as C1's SDKs use it: a form by which a client proves itself, a bearer token in return. The client
 * shows its secret, something signed with it, or a token of an issuer that it trusts.
 */
export function tokenEndpoint({ tokens, logger, publicHosts }: EndpointContext): NodeHandler {
  return (request, response) => replyWithOAuth(response, issue(request, tokens, publicHosts), logger)
}

async function issue(request: NodeRequest, tokens: AccessTokens, publicHosts: readonly string[]): Promise<Grant> {
  if (request.method !== 'POST') throw new OAuthError(405, 'invalid_request', 'Send a POST request')
  return await grantToken(await readTokenForm(request), tokens, publicHosts)
}
