import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import type { ConnectionOptions, SecureContextOptions } from 'node:tls'

/**
 * TLS options for calls to the platform of this machine. They trust exactly the certificate that the platform serves with, whatever its
 * issuer and names, since its public name may lead elsewhere. Undefined without a file: the default trust.
 */
export function ownTls(certificateFile: string | undefined): (SecureContextOptions & ConnectionOptions) | undefined {
  if (!certificateFile) return undefined
  let own: X509Certificate
  try {
    own = new X509Certificate(readFileSync(certificateFile))
  } catch {
    return undefined // The gateway reads the same file and says what is wrong with it.
  }
  return {
    ca: own.toString(),
    // The certificate itself is the end of the trust chain, although it is not an authority.
    allowPartialTrustChain: true,
    checkServerIdentity: (_, { fingerprint256 }) =>
      fingerprint256 === own.fingerprint256 ? undefined : new Error('another certificate than that of this platform'),
  }
}

/** One request to the platform; unlike `fetch`, with TLS options. @param patienceMs the time for the whole answer; default: no limit */
export function request(
  url: URL,
  tls: ConnectionOptions | undefined,
  form?: URLSearchParams,
  patienceMs?: number,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const headers = form && { 'content-type': 'application/x-www-form-urlencoded' }
    const patience = patienceMs !== undefined && { signal: AbortSignal.timeout(patienceMs) }
    const options = { method: form === undefined ? 'GET' : 'POST', headers, agent: false as const, ...patience }
    const onAnswer = (answer: http.IncomingMessage) =>
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject)
    const sent =
      url.protocol === 'https:'
        ? https.request(url, { ...tls, ...options }, onAnswer)
        : http.request(url, options, onAnswer)
    sent.once('error', reject).end(form?.toString())
  })
}
