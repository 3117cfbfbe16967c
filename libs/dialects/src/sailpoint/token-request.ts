import type { NodeRequest } from '@assay/server'
import { invalidRequest, readFormBytes, type TokenForm } from '../oauth/token-form.ts'

/**
 * The members of a token request as SailPoint's clients send it (contract section 3): a form, encoded in either way, or the
 * query. Throws OAuthError.
 */
export async function readTokenRequest(request: NodeRequest): Promise<TokenForm> {
  const members = new Map<string, string>()
  const add = (name: string, value: string) => {
    if (value === '') return
    if (members.has(name)) throw invalidRequest(`${name}: occurs more than once`)
    members.set(name, value)
  }
  const query = new URL(request.url ?? '/', 'http://gateway').searchParams
  for (const [name, value] of query) add(name, value)
  const type = request.headers['content-type'] ?? ''
  const body = await readFormBytes(request)
  if (body.length === 0) return members
  for (const [name, value] of await readForm(type, body)) {
    if (typeof value !== 'string') throw invalidRequest(`${name}: must be a text, not a file`)
    add(name, value)
  }
  return members
}

/** `Response` parses both forms. */
async function readForm(type: string, body: Buffer): Promise<FormData> {
  const kind = type.split(';')[0]?.trim().toLowerCase()
  if (kind !== 'multipart/form-data' && kind !== 'application/x-www-form-urlencoded') {
    throw invalidRequest('Content-Type: must be multipart/form-data or application/x-www-form-urlencoded')
  }
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  } catch {
    throw invalidRequest(`The body is not ${kind}`)
  }
}
