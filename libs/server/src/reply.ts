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
  // The two response types share Writable's `end`, which TypeScript cannot see through their overloads.
  const out: Writable = response
  out.end(body)
}

/** A sentence for requests that reach nothing of ours. */
export function replyText(response: NodeResponse, status: number, sentence: string): void {
  reply(response, status, { 'content-type': 'text/plain; charset=utf-8' }, `${sentence}\n`)
}
