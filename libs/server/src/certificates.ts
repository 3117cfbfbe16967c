import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import net from 'node:net'

/** A certificate and its private key, PEM. */
export interface KeyedCertificate {
  readonly cert: string
  readonly key: string
}

const dayMs = 24 * 60 * 60 * 1000

/**
 * Makes the certificate of an authority, which signs others by `signCertificate`. The certificates are encoded as DER here (RFC 5280,
 * section 4.1), so that no other program has to be installed.
 */
export function makeAuthority(name: string, days: number): KeyedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const cert = certificateOf({ subject: name, issuer: name, days, publicKey, signer: privateKey }, [
    extension([0x55, 0x1d, 0x13], sequence(boolean(true), integer(Buffer.from([0]))), true), // an authority, of no others
    extension([0x55, 0x1d, 0x0f], der(0x03, Buffer.from([1, 0x06])), true), // signs certificates and their revocations
    extension([0x55, 0x1d, 0x0e], der(0x04, keyId(publicKey))),
  ])
  return { cert, key: pemOf(privateKey) }
}

/**
 * Makes a server's certificate for host names and addresses, signed by an authority; the authority's certificate follows it in the chain.
 */
export function signCertificate(
  authority: { readonly name: string; readonly cert: string; readonly key: KeyObject; readonly publicKey: KeyObject },
  hosts: readonly string[],
  days: number,
  { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' }),
): KeyedCertificate {
  const description = { subject: hosts[0] ?? '', issuer: authority.name, days, publicKey, signer: authority.key }
  const cert = certificateOf(description, [
    extension([0x55, 0x1d, 0x11], sequence(...hosts.map(alternativeName))),
    extension([0x55, 0x1d, 0x13], sequence(), true), // no authority
    extension([0x55, 0x1d, 0x0f], der(0x03, Buffer.from([7, 0x80])), true), // signs handshakes
    extension([0x55, 0x1d, 0x25], sequence(oid(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01))), // of a server
    extension([0x55, 0x1d, 0x0e], der(0x04, keyId(publicKey))),
    extension([0x55, 0x1d, 0x23], sequence(der(0x80, keyId(authority.publicKey)))),
  ])
  return { cert: cert + authority.cert, key: pemOf(privateKey) }
}

interface Description {
  readonly subject: string
  readonly issuer: string
  readonly days: number
  readonly publicKey: KeyObject
  readonly signer: KeyObject
}

function certificateOf({ subject, issuer, days, publicKey, signer }: Description, extensions: Buffer[]): string {
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
  // The serial number is positive and random, so that an authority does not use it twice.
  const serial = randomBytes(16)
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40)
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    nameOf(issuer),
    // Valid since yesterday, for clients whose clock is late.
    sequence(time(Date.now() - dayMs), time(Date.now() + days * dayMs)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)]))
  const text = sequence(body, ecdsaWithSha256, signature).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${text.replaceAll(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
}

function alternativeName(host: string): Buffer {
  if (net.isIPv4(host)) return der(0x87, Buffer.from(host.split('.').map(Number)))
  if (net.isIPv6(host)) return der(0x87, ipv6Bytes(host))
  return der(0x82, Buffer.from(host, 'ascii'))
}

function ipv6Bytes(address: string): Buffer {
  // The URL parser normalises every form of an address: groups without leading zeros, one "::", no dotted end.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const [first, last] = [groups(head), groups(tail ?? '')]
  const all = [...first, ...new Array(8 - first.length - last.length).fill(0), ...last]
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}

/** RFC 5280, section 4.2.1.2: SHA-1 of the key's bits. It is only an identifier, not a proof. */
function keyId(publicKey: KeyObject): Buffer {
  // The last 65 bytes of a P-256 key in DER are its point.
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }).subarray(-65))
    .digest()
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(commonName)))))
}

function extension(id: number[], value: Buffer, isCritical = false): Buffer {
  return sequence(oid(...id), ...(isCritical ? [boolean(true)] : []), der(0x04, value))
}

function der(tag: number, content: Buffer): Buffer {
  const length = content.length
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes)
}

function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.from([value ? 0xff : 0]))
}

function oid(...bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes))
}

/** RFC 5280, section 4.1.2.5: years up to 2049 have two digits. */
function time(instant: number): Buffer {
  const digits = new Date(instant).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')
  const isShort = Number(digits.slice(0, 4)) < 2050
  return isShort ? der(0x17, Buffer.from(`${digits.slice(2)}Z`)) : der(0x18, Buffer.from(`${digits}Z`))
}
