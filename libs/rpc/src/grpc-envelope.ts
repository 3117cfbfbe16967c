import { LateHeaders } from './late-headers.ts'

const prefixBytes = 5
const trailerFlag = 0x80

/** One message of gRPC in its wire form, not compressed. */
export function enveloped(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(prefixBytes + message.length)
  place(bytes, 0, 0, message)
  return bytes
}

/** The content of an envelope; undefined unless the bytes are exactly one complete envelope. */
export function opened(bytes: Buffer): { readonly isPacked: boolean; readonly message: Buffer } | undefined {
  if (bytes.length < prefixBytes || bytes.length !== prefixBytes + bytes.readUInt32BE(1)) return undefined
  return { isPacked: bytes[0] !== 0, message: bytes.subarray(prefixBytes) }
}

/** The body of a unary gRPC-Web response: the message, if there is one, and the trailer fields. */
export function envelopedAnswer(message: Uint8Array | undefined, trailer: Iterable<readonly [string, string]>): Buffer {
  let text = ''
  for (const [name, value] of trailer) text += `${name}: ${value}\r\n`
  const end = Buffer.from(text, 'latin1')
  const messageLength = message === undefined ? 0 : prefixBytes + message.length
  const bytes = Buffer.allocUnsafe(messageLength + prefixBytes + end.length)
  if (message !== undefined) place(bytes, 0, 0, message)
  place(bytes, messageLength, trailerFlag, end)
  return bytes
}

/** The trailer fields of nearly every response. */
const success = 'grpc-status: 0\r\n'

interface OpenedAnswer {
  readonly message: Buffer | undefined
  readonly trailer: Headers
  /** Whether the trailer says only that the call succeeded. */
  readonly isPlainSuccess: boolean
}

/**
 * The parts of a body that `envelopedAnswer` made; undefined for any other bytes, such as compressed messages or two messages.
 */
export function openedAnswer(bytes: Buffer): OpenedAnswer | undefined {
  let message: Buffer | undefined
  let at = 0
  if (bytes.length >= prefixBytes && bytes[0] === 0) {
    at = prefixBytes + bytes.readUInt32BE(1)
    message = bytes.subarray(prefixBytes, at)
  }
  const start = at + prefixBytes
  if (bytes.length < start || bytes[at] !== trailerFlag || bytes.length !== start + bytes.readUInt32BE(at + 1)) {
    return undefined
  }
  const text = bytes.toString('latin1', start)
  if (text === success) return { message, trailer: new LateHeaders({ 'grpc-status': '0' }), isPlainSuccess: true }
  const trailer = new LateHeaders()
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) trailer.append(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  return { message, trailer, isPlainSuccess: false }
}

function place(bytes: Buffer, at: number, flag: number, content: Uint8Array): void {
  bytes[at] = flag
  bytes.writeUInt32BE(content.length, at + 1)
  bytes.set(content, at + prefixBytes)
}
