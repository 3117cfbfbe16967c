import { createPrivateKey, type KeyPairKeyObjectResult, X509Certificate } from 'node:crypto'
import { type KeyedCertificate, makeAuthority, signCertificate } from './certificates.ts'

/**
 * A certificate for localhost and 127.0.0.1, followed by that of the authority that signed it. It is made for one test run, so that the
 * repository has no key. A client that trusts the text trusts the server.
 *
 * @param keys of the server, by default on an elliptic curve
 */
export function makeCertificate(keys?: KeyPairKeyObjectResult): KeyedCertificate {
  const { cert, key } = makeAuthority('Test authority', 1)
  const { publicKey } = new X509Certificate(cert)
  const authority = { name: 'Test authority', cert, key: createPrivateKey(key), publicKey }
  return signCertificate(authority, ['localhost', '127.0.0.1'], 1, keys)
}
