const prefixBytes = 5

/** One message of gRPC as it goes over the wire, not compressed. */
export function enveloped(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(prefixBytes + message.length)
  bytes[0] = 0
  bytes.writeUInt32BE(message.length, 1)
  bytes.set(message, prefixBytes)
  return bytes
}

/** What is in an envelope; undefined unless the bytes are one whole envelope and no more. */
export function opened(bytes: Buffer): { readonly isPacked: boolean; readonly message: Buffer } | undefined {
  if (bytes.length < prefixBytes || bytes.length !== prefixBytes + bytes.readUInt32BE(1)) return undefined
  return { isPacked: bytes[0] !== 0, message: bytes.subarray(prefixBytes) }
}
