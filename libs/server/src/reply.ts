import type { Writable } from 'node:stream'
import type { NodeResponse } from './node-messages.ts'

/** Answers a plain HTTP request at once, in either HTTP version. */
export function reply(
  response: NodeResponse,
  status: number,
  headers: Readonly<Record<string, string | readonly string[]>>,
  body?: string | Uint8Array,
): void {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  // Both response types have `end` of Writable, but their overloads hide this from TypeScript.
  const out: Writable = response
  out.end(body)
}

/** Answers with a sentence, for requests to unknown paths. */
export function replyText(response: NodeResponse, status: number, sentence: string): void {
  reply(response, status, { 'content-type': 'text/plain; charset=utf-8' }, `${sentence}\n`)
}
