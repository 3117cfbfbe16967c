import type { SecureContextOptions, TlsOptions } from 'node:tls'

/**
 * TLS 1.3, and the TLS 1.2 suites that agree on a new key for each connection (ECDHE) and authenticate the encrypted data: an attacker who
 * records traffic and later gets the certificate's key can read nothing. These are also the only suites that HTTP/2 allows (RFC 9113,
 * section 9.2.2).
 */
export const secureContext = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
} as const satisfies SecureContextOptions

export const tlsOptions = { ...secureContext, ALPNProtocols: ['h2', 'http/1.1'] } satisfies TlsOptions

const sentence = 'This port speaks TLS only: use https'

/** The answer to a peer that sends plain HTTP/1.1, or anything else. */
export const plainHttp1Answer = [
  'HTTP/1.1 400 Bad Request',
  'Content-Type: text/plain; charset=utf-8',
  `Content-Length: ${sentence.length + 1}`,
  'Cache-Control: no-store',
  'X-Content-Type-Options: nosniff',
  'Connection: close',
  '',
  `${sentence}\n`,
].join('\r\n')

/** The same as HTTP/2 frames: empty SETTINGS, and GOAWAY with INADEQUATE_SECURITY, whose text gRPC clients show. */
export const plainHttp2Answer = Buffer.concat([
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
  Buffer.from([0, 0, 8 + sentence.length, 7, 0, 0, 0, 0, 0]),
  Buffer.from([0, 0, 0, 0, 0, 0, 0, 12]),
  Buffer.from(sentence),
])
