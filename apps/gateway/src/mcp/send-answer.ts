import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type NodeResponse, reply } from '@assay/server'

/** Headers that HTTP/2 has no place for, and the length, which the connection knows. */
const ofHop = new Set(['connection', 'keep-alive', 'transfer-encoding'])

/** Writes an answer of the web's form to Node's, as fast as its reader takes it. Ends when either ends. */
export async function sendAnswer(answer: Response, response: NodeResponse): Promise<void> {
  if (response.destroyed) return void answer.body?.cancel()
  response.statusCode = answer.status
  for (const [name, value] of answer.headers) if (!ofHop.has(name)) response.setHeader(name, value)
  if (answer.body === null) {
    response.end()
    return
  }
  // A reader that hung up is told nothing.
  await pipeline(Readable.fromWeb(answer.body as never), response as Writable).catch(() => {})
}

/** A refusal in the form of JSON-RPC, which belongs to no message. */
export function sendRefusal(
  response: NodeResponse,
  status: number,
  error: { readonly code: number; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = `${JSON.stringify({ jsonrpc: '2.0', id: null, error })}\n`
  reply(response, status, { 'content-type': 'application/json', ...headers }, body)
}
