import { type EvidencePart, HtmlPack, ndjsonOf } from '@assay/reviews'

const contentTypes = { html: 'text/html; charset=utf-8', ndjson: 'application/x-ndjson' } as const
/** Clients accept messages of up to 4 MiB. */
const pieceBytes = 1024 * 1024
/** Parts are collected until they have so many bytes. */
const leastBytes = 32 * 1024

/** A pack in pieces of at most 1 MiB; memory holds one piece and one part of the pack. */
export async function* packFile(parts: AsyncIterable<EvidencePart>, format: 'html' | 'ndjson') {
  const contentType = contentTypes[format]
  let waiting = ''
  for await (const text of textsOf(parts, format)) {
    waiting += text
    if (waiting.length < leastBytes) continue
    yield* pieces(contentType, waiting)
    waiting = ''
  }
  yield* pieces(contentType, waiting)
}

async function* textsOf(parts: AsyncIterable<EvidencePart>, format: 'html' | 'ndjson'): AsyncGenerator<string> {
  const page = format === 'html' ? new HtmlPack() : undefined
  for await (const part of parts) yield page?.part(part) ?? ndjsonOf(part)
  if (page !== undefined) yield page.end()
}

function* pieces(contentType: string, text: string) {
  const data = Buffer.from(text)
  for (let at = 0; at < data.length; at += pieceBytes)
    yield { contentType, data: data.subarray(at, at + pieceBytes) as Uint8Array<ArrayBuffer> }
}
