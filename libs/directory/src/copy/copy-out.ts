import type { Readable } from 'node:stream'

/**
 * The bytes of a `copy ... to stdout`, piece by piece; a piece may end in the middle of a row.
 *
 * When the caller stops early, the rest of the stream is read and discarded: destroying the stream would leave the driver's socket
 * paused and its connection stuck.
 */
export async function* copiedBytes(stream: Readable): AsyncGenerator<Buffer, void, undefined> {
  const untouched: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false })
  try {
    yield* untouched
  } finally {
    stream.resume()
    // postgres.js 3.4 pauses its socket when a piece fills the stream, and resumes it when the stream asks for more. A stream does
    // not ask again after its last piece, and the next query of the connection would then wait forever.
    if (stream.errored === null) stream._read(0)
  }
}

/**
 * The rows of a `copy ... to stdout (format binary)`: their fields as raw bytes, null for NULL. Otherwise postgres.js returns each
 * bytea as hexadecimal text, which doubles the bytes and exceeds V8's limit of 512 MB for a string.
 *
 * A field is a view of a larger buffer and stays valid. A caller that stores a few of many rows should copy them.
 */
export async function* copiedRows(stream: Readable): AsyncGenerator<(Buffer | null)[], void, undefined> {
  let pending: Buffer = Buffer.alloc(0)
  let held: Buffer[] = []
  let heldLength = 0
  let atHeader = true
  const rows = function* () {
    pending = pending.length === 0 && held.length === 1 ? (held[0] ?? pending) : Buffer.concat([pending, ...held])
    held = []
    heldLength = 0
    let at = 0
    if (atHeader) {
      // 11 bytes of signature, flags, and the length of an extension that is always empty.
      if (pending.length < 19) return
      at = 19
      atHeader = false
    }
    for (;;) {
      const row = rowAt(pending, at)
      if (row === undefined) break
      at = row.end
      if (row.fields !== undefined) yield row.fields
    }
    pending = pending.subarray(at)
  }
  for await (const piece of copiedBytes(stream)) {
    held.push(piece)
    heldLength += piece.length
    // A row of a megabyte arrives in many pieces. Joining them at each piece would copy its bytes many times.
    if (heldLength >= pending.length) yield* rows()
  }
  if (heldLength > 0) yield* rows()
}

function rowAt(bytes: Buffer, start: number): { fields: (Buffer | null)[] | undefined; end: number } | undefined {
  if (bytes.length < start + 2) return undefined
  const count = bytes.readInt16BE(start)
  let at = start + 2
  if (count < 0) return { fields: undefined, end: at }
  const fields: (Buffer | null)[] = []
  for (let i = 0; i < count; i++) {
    if (bytes.length < at + 4) return undefined
    const length = bytes.readInt32BE(at)
    at += 4
    if (length < 0) {
      fields.push(null)
      continue
    }
    if (bytes.length < at + length) return undefined
    fields.push(bytes.subarray(at, at + length))
    at += length
  }
  return { fields, end: at }
}
