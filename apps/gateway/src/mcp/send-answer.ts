import { type NodeResponse, reply } from '@assay/server'

/** Headers that HTTP/2 does not allow, and the length, which is set when the body is sent. */
const ofHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length'])

/** Sends a web `Response` through Node's response. The whole body is read first: no answer is a stream. */
export async function sendAnswer(answer: Response, response: NodeResponse): Promise<void> {
  const body = new Uint8Array(await answer.arrayBuffer())
  if (response.destroyed) return
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !ofHop.has(name)))
  if (body.length === 0) reply(response, answer.status, headers)
  else reply(response, answer.status, { ...headers, 'content-length': String(body.length) }, body)
}

/** Sends an error of JSON-RPC that belongs to no message. */
export function sendRefusal(
  response: NodeResponse,
  status: number,
  error: { readonly code: number; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = `${JSON.stringify({ jsonrpc: '2.0', id: null, error })}\n`
  reply(response, status, { 'content-type': 'application/json', ...headers }, body)
}
