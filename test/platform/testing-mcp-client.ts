import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

/** The official client, connected with a token; it checks every response against the schema of its tool. */
export async function mcpClient(baseUrl: string, token: string, mode: 'modern' | '2025' = 'modern'): Promise<Client> {
  const versionNegotiation = { mode: mode === 'modern' ? { pin: '2026-07-28' } : ('legacy' as const) }
  const client = new Client({ name: 'a test', version: '1' }, { versionNegotiation })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', baseUrl), { requestInit }))
  return client
}

export type Document = Readonly<Record<string, unknown>>

/** The response of a tool. @throws when the tool refused */
export async function ask(client: Client, name: string, given: Document = {}): Promise<Document> {
  const { document, error } = await tryAsk(client, name, given)
  if (document === undefined) throw new Error(`${name}: ${JSON.stringify(error)}`)
  return document
}

interface Told {
  readonly document?: Document
  readonly error?: { readonly code: string; readonly reason?: string; readonly message: string }
}

/** The response of a tool, or the reason of its refusal. */
export async function tryAsk(client: Client, name: string, given: Document = {}): Promise<Told> {
  const result = await client.callTool({ name, arguments: { ...given } })
  const [content] = result.content
  if (content?.type !== 'text' || result.content.length !== 1) throw new Error(`${name} has another content than JSON`)
  const told = JSON.parse(content.text) as Document
  if (result.isError === true) return { error: told.error as NonNullable<Told['error']> }
  // Clients without structured content get the same text.
  if (JSON.stringify(result.structuredContent) !== content.text) throw new Error(`${name} says two things`)
  return { document: told }
}

/** Sends one raw message, for messages that no client would send. */
export async function post(
  baseUrl: string,
  token: string | undefined,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  const answer = await fetch(new URL('/mcp', baseUrl), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) as Record<string, never> }
}

/** A request of revision 2026-07-28 with the headers that belong to it. */
export function modern(
  method: string,
  params: Document = {},
  capabilities: Document = {},
): { readonly body: Document; readonly headers: Readonly<Record<string, string>> } {
  const name = params.name ?? params.taskId
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'a test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  }
  return {
    body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
    },
  }
}
