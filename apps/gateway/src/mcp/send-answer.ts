import { type NodeResponse, reply } from '@assay/server'

/** Headers that HTTP/2 has no place for, and the length, which is that of what is sent. */
const ofHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length'])

/** Sends an answer of the web's form by Node's. It is sent whole: no answer waits for something that comes later. */
export async function sendAnswer(answer: Response, response: NodeResponse): Promise<void> {
  const body = new Uint8Array(await answer.arrayBuffer())
  if (response.destroyed) return
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !ofHop.has(name)))
  if (body.length === 0) reply(response, answer.status, headers)
  else reply(response, answer.status, { ...headers, 'content-length': String(body.length) }, body)
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
