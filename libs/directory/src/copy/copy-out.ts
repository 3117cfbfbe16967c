import type { Readable } from 'node:stream'

/**
 * What a `copy ... to stdout` gives, piece by piece; rows may be cut anywhere.
 *
 * A caller that leaves early lets the rest run through unread: destroying the stream would leave the driver's socket paused and
 * its connection stuck.
 */
export async function* copiedBytes(stream: Readable): AsyncGenerator<Buffer, void, undefined> {
  const untouched: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false })
  try {
    yield* untouched
  } finally {
    stream.resume()
    // postgres.js 3.4 pauses its socket when a piece fills the stream, and resumes it when the stream asks for more; a
    // stream whose last piece was such a one asks no more, and the next query of the connection would wait for ever.
    if (stream.errored === null) stream._read(0)
  }
}

/**
 * The rows of a `copy ... to stdout (format binary)`: their fields as raw bytes, null for NULL. postgres.js gives every
 * bytea as hex text otherwise, which doubles the bytes and passes V8's limit of a string at 512 MB.
 *
 * A field is a view that stays valid; the caller that keeps few of many rows should copy those.
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
    // A row of a megabyte comes in many pieces: joined each time, its bytes would be copied as often.
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
