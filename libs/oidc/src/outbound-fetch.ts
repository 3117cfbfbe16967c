import type { OutboundClient } from '@assay/outbound'
import { OidcFault } from './oidc-fault.ts'

interface FetchOptions {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: unknown
  readonly signal?: AbortSignal | null | undefined
}

/**
 * A replacement for `fetch` in libraries. Requests to an issuer that a tenant has set use @assay/outbound: they cannot reach the operator's
 * network, they follow no redirects, and the answer's size is limited.
 */
export function outboundFetch(client: OutboundClient) {
  return async (address: string, { method, headers, body, signal }: FetchOptions): Promise<Response> => {
    if (method !== 'GET' && method !== 'POST') throw new TypeError(`No issuer is asked by ${method}`)
    const url = new URL(address)
    const answer = await client.send(url, {
      method,
      headers,
      body: bytesOf(body),
      signal: signal ?? undefined,
    })
    if (answer.status === 429 || answer.status >= 500)
      throw new OidcFault('AWAY', `${url.host} answers with the status ${answer.status}`)
    const type = answer.headers['content-type']
    return new Response(answer.body.length === 0 ? null : new Uint8Array(answer.body), {
      status: answer.status,
      headers: {
        ...(type !== undefined && { 'content-type': type }),
        ...challengeOf(answer.headers['www-authenticate']),
      },
    })
  }
}

function bytesOf(body: unknown): Uint8Array | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string' || body instanceof URLSearchParams) return Buffer.from(String(body))
  throw new TypeError('A request to an issuer has a form as its body')
}

function challengeOf(challenge: string | undefined) {
  return challenge === undefined ? {} : { 'www-authenticate': challenge }
}
