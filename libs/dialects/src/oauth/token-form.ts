import { clippedMessage } from '@assay/errors'
import { type NodeRequest, piecesOf } from '@assay/server'

const longestFormBytes = 64 * 1024
const formType = 'application/x-www-form-urlencoded'

/** An error of RFC 6749, section 5.2. */
export class OAuthError extends Error {
  readonly status: number
  readonly code: string
  /** Further header fields of the response. */
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, description: string, headers: Readonly<Record<string, string>> = {}) {
    // Descriptions must be printable ASCII without quotation marks and backslashes, also where they repeat parts of the
    // request.
    super(
      clippedMessage(description)
        .replaceAll('"', "'")
        .replaceAll(/[^\x20-\x7e]|\\/g, '?'),
    )
    this.status = status
    this.code = code
    this.headers = headers
  }
}

/** Throws OAuthError for any other method. */
export function requirePost(request: NodeRequest): void {
  if (request.method !== 'POST') throw new OAuthError(405, 'invalid_request', 'Send a POST request', { allow: 'POST' })
}

export function invalidRequest(description: string): OAuthError {
  return new OAuthError(400, 'invalid_request', description)
}

/** The members of a token request. A member without a value counts as absent, and none may occur twice (RFC 6749, 3.2). */
export type TokenForm = ReadonlyMap<string, string>

/** Reads the body of a token request. Throws OAuthError for anything but a form of at most 64 KiB. */
export async function readTokenForm(request: NodeRequest): Promise<TokenForm> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== formType) throw invalidRequest(`Content-Type: must be ${formType}`)
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams((await readFormBytes(request)).toString('utf8'))) {
    if (value === '') continue
    if (form.has(name)) throw invalidRequest(`${name}: occurs more than once`)
    form.set(name, value)
  }
  return form
}

/** The body of a token request. Throws OAuthError for more than 64 KiB. */
export async function readFormBytes(request: NodeRequest): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of piecesOf(request)) {
    size += chunk.length
    if (size > longestFormBytes) {
      throw new OAuthError(413, 'invalid_request', `The form is longer than ${longestFormBytes} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Throws OAuthError if the member is missing. */
export function required(form: TokenForm, name: string): string {
  const value = form.get(name)
  if (value === undefined) throw invalidRequest(`${name}: is missing from the form`)
  return value
}

/** Throws OAuthError unless the member has one of these values. */
export function requireOneOf(form: TokenForm, name: string, accepted: readonly string[]): void {
  if (!accepted.includes(required(form, name))) throw invalidRequest(`${name}: must be ${accepted.join(' or ')}`)
}
