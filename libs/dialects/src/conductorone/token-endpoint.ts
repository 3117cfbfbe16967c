import type { NodeHandler, NodeRequest } from '@assay/server'
import type { EndpointContext } from '../api-dialect.ts'
import { replyWithOAuth } from '../oauth/token-answer.ts'
import { readTokenForm, requirePost } from '../oauth/token-form.ts'
import { type Grant, grantToken } from './token-grants.ts'

export const tokenPath = '/auth/v1/token'

/**
 * `POST /auth/v1/token`, as C1's SDKs use it: a client sends its proof as a form and gets a bearer token. The proof is its
 * secret, an assertion signed with it, or a token of an issuer that it trusts.
 */
export function tokenEndpoint(context: EndpointContext): NodeHandler {
  return (request, response) => replyWithOAuth(response, issue(request, context), context.logger)
}

async function issue(request: NodeRequest, { loginOf, publicHosts }: EndpointContext): Promise<Grant> {
  requirePost(request)
  const login = loginOf(request)
  return await grantToken(await readTokenForm(request), login, publicHosts)
}
