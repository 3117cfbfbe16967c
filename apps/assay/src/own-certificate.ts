import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/**
 * Lets this process trust the certificate that the gateway serves with (ASSAY_TLS_CERT), which on a machine of one's own
 * is often signed by nobody. What cannot be read is left to the gateway to report.
 */
export function trustOwnCertificate(file: string | undefined = process.env.ASSAY_TLS_CERT): void {
  if (!file) return
  let certificate: string
  try {
    certificate = readFileSync(file, 'utf8')
  } catch {
    return // The gateway reads the same file and says what is wrong with it.
  }
  setDefaultCACertificates([...getCACertificates('default'), certificate])
}
