import { DomainError } from '@assay/errors'
import { type Logger, type NodeResponse, refused, reply, SlowBody } from '@assay/server'
import { OAuthError } from './token-form.ts'

/** Answers a token request with the grant, or with an error of RFC 6749. */
export function replyWithOAuth(response: NodeResponse, granting: Promise<object>, logger: Logger): void {
  granting.then(
    (grant) => reply(response, 200, jsonHeaders, `${JSON.stringify(grant)}\n`),
    (error: unknown) => {
      const { status, code, message, headers } = refusal(error, logger)
      reply(
        response,
        status,
        { ...jsonHeaders, ...headers },
        `${JSON.stringify({ error: code, error_description: message })}\n`,
      )
    },
  )
}

const jsonHeaders = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' }

function refusal(error: unknown, logger: Logger): OAuthError {
  if (error instanceof OAuthError) return error
  if (error instanceof SlowBody) return new OAuthError(error.httpStatus, 'invalid_request', error.rawMessage)
  if (error instanceof DomainError) {
    switch (error.kind) {
      case 'unauthenticated':
        refused('token_request')
        logger.info({ reason: error.reason }, 'a client did not prove itself')
        return new OAuthError(401, 'invalid_client', error.message)
      case 'permission_denied': // the proof was right, but the tenant is suspended
        logger.info({ reason: error.reason }, 'a token request was refused')
        return new OAuthError(400, 'unauthorized_client', error.message)
      case 'invalid_argument': // RFC 8693, section 2.2.2: also any refused subject token
        logger.info({ reason: error.reason }, 'a token request was refused')
        return new OAuthError(400, 'invalid_request', error.message)
      // RFC 6749 has no error code for it; this is its code for a server that cannot answer yet (section 4.1.2.1).
      case 'resource_exhausted':
        refused('token_failures')
        return new OAuthError(429, 'temporarily_unavailable', error.message, {
          'retry-after': error.metadata.retryAfterSeconds ?? '1',
        })
      case 'unavailable': {
        logger.warn({ err: error, reason: error.reason }, 'a token could not be issued')
        const description =
          error.reason === 'ISSUER_UNAVAILABLE'
            ? error.message
            : 'Tokens cannot be issued at the moment; try again shortly'
        const seconds = Math.ceil((error.retryAfterMs ?? 1_000) / 1000)
        return new OAuthError(503, 'temporarily_unavailable', description, { 'retry-after': String(seconds) })
      }
    }
  }
  logger.error({ err: error }, 'a token could not be issued')
  return new OAuthError(500, 'server_error', 'An internal error occurred; the server log has its cause')
}
