import type { AccessTokens } from '@assay/auth'
import { DomainError } from '@assay/errors'
import { type Logger, type NodeHandler, type NodeRequest, reply } from '@assay/server'

export const tokenPath = '/auth/v1/token'

const longestFormBytes = 64 * 1024
const formType = 'application/x-www-form-urlencoded'

/** A refusal in the words of RFC 6749, section 5.2. */
class OAuthError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, description: string) {
    super(description)
    this.status = status
    this.code = code
  }
}

/** `POST /auth/v1/token`: the client credentials grant with id and secret in a form (RFC 6749, sections 4.4 and 2.3.1). */
export function tokenEndpoint(tokens: AccessTokens, logger: Logger): NodeHandler {
  return (request, response) => {
    issue(request, tokens).then(
      (grant) => reply(response, 200, jsonHeaders, `${JSON.stringify(grant)}\n`),
      (error: unknown) => {
        const { status, code, message } = refusal(error, logger)
        const body = { error: code, error_description: message }
        reply(
          response,
          status,
          status === 405 ? { ...jsonHeaders, allow: 'POST' } : jsonHeaders,
          `${JSON.stringify(body)}\n`,
        )
      },
    )
  }
}

const jsonHeaders = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' }

async function issue(request: NodeRequest, tokens: AccessTokens) {
  if (request.method !== 'POST') throw new OAuthError(405, 'invalid_request', 'Send a POST request')
  const form = await readForm(request)
  const grantType = form.get('grant_type') ?? 'client_credentials'
  if (grantType !== 'client_credentials') {
    throw new OAuthError(
      400,
      'unsupported_grant_type',
      `grant_type: "${grantType}" is not offered; use client_credentials`,
    )
  }
  if (form.has('client_assertion')) {
    const description = 'client_assertion: signed assertions are not accepted here; send client_secret'
    throw new OAuthError(400, 'invalid_request', description)
  }
  const { accessToken, expiresInSeconds } = await tokens.issue(
    required(form, 'client_id'),
    required(form, 'client_secret'),
  )
  return { access_token: accessToken, token_type: 'Bearer', expires_in: expiresInSeconds }
}

async function readForm(request: NodeRequest): Promise<URLSearchParams> {
  const type = request.headers['content-type']?.split(';')[0].trim().toLowerCase()
  if (type !== formType) throw new OAuthError(400, 'invalid_request', `Content-Type: must be ${formType}`)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > longestFormBytes) {
      throw new OAuthError(413, 'invalid_request', `The form is longer than ${longestFormBytes} bytes`)
    }
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}

function required(form: URLSearchParams, name: string): string {
  const values = form.getAll(name)
  if (values.length > 1) throw new OAuthError(400, 'invalid_request', `${name}: is there more than once`)
  if (!values[0]) throw new OAuthError(400, 'invalid_request', `${name}: is missing from the form`)
  return values[0]
}

function refusal(error: unknown, logger: Logger): OAuthError {
  if (error instanceof OAuthError) return error
  if (error instanceof DomainError && error.kind === 'unauthenticated') {
    return new OAuthError(401, 'invalid_client', error.message)
  }
  if (error instanceof DomainError && error.kind === 'unavailable') {
    return new OAuthError(503, 'temporarily_unavailable', 'Tokens cannot be issued at the moment; try again shortly')
  }
  logger.error({ err: error }, 'a token could not be issued')
  return new OAuthError(500, 'server_error', 'An internal error occurred; the server log has its cause')
}
