import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** A message, which is one line of JSON. */
interface Message {
  readonly id?: string | number | null
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>> & { readonly _meta?: Readonly<Record<string, unknown>> }
}

/** The platform's answer to one message. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

interface BridgeOptions {
  readonly input: Readable
  readonly write: (line: string) => void
  /** Sends one message. @throws Error when the platform does not answer */
  readonly send: (body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Answer>
}

/** The most messages that are sent at the same time; others wait in the pipe. */
const mostAtOnce = 8
const versionKey = 'io.modelcontextprotocol/protocolVersion'
const internalError = -32603
const parseError = -32700

/**
 * Sends the messages of a client that uses standard input and output to the platform, one POST for each, and writes the answers. It does
 * not interpret the messages: the platform decides what the client may do. Resolves when the input has ended and everything is answered.
 */
export async function bridge({ input, write, send }: BridgeOptions): Promise<void> {
  const running = new Map<string, AbortController>()
  const pending = new Set<Promise<void>>()
  /** The protocol version that a client with sessions has agreed on; newer clients send the version with each message. */
  let agreedVersion: string | undefined

  async function carry(message: Message, body: string): Promise<void> {
    const { id, method } = message
    const controller = new AbortController()
    if (id != null) running.set(keyOf(id), controller)
    try {
      const answer = await send(body, headersOf(message, agreedVersion), controller.signal)
      if (id == null) return
      const lines = messagesIn(answer, id)
      if (method === 'initialize') agreedVersion = versionIn(lines) ?? agreedVersion
      for (const line of lines) write(line)
    } catch (error) {
      if (id == null || controller.signal.aborted) return
      write(failure(id, internalError, error instanceof Error ? error.message : String(error)))
    } finally {
      if (id != null) running.delete(keyOf(id))
    }
  }

  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue
    const message = parsed(line)
    if (message === undefined) {
      write(failure(null, parseError, 'The line is not a JSON object'))
      continue
    }
    if (message.method === 'notifications/cancelled') {
      running.get(keyOf(message.params?.requestId))?.abort()
      continue
    }
    const work: Promise<void> = carry(message, line).finally(() => pending.delete(work))
    pending.add(work)
    if (pending.size >= mostAtOnce) await Promise.race(pending)
  }
  await Promise.all(pending)
}

/** A client may use the ids 1 and "1" at the same time. */
function keyOf(id: unknown): string {
  return JSON.stringify(id ?? null)
}

/** The headers that the HTTP transport requires beside the message. */
function headersOf({ method, params }: Message, agreedVersion: string | undefined): Record<string, string> {
  const said = params?._meta?.[versionKey]
  const version = typeof said === 'string' ? said : agreedVersion
  const name = [params?.name, params?.uri, params?.taskId].find((one) => typeof one === 'string') as string | undefined
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(version !== undefined && { 'mcp-protocol-version': headerValue(version) }),
    ...(typeof said === 'string' && method !== undefined && { 'mcp-method': headerValue(method) }),
    ...(typeof said === 'string' && name !== undefined && { 'mcp-name': headerValue(name) }),
  }
}

/** Plain ASCII as it is; other text in the encoding that the transport defines. */
function headerValue(text: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !/^=\?base64\?.*\?=$/.test(text)
  return isPlain ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`
}

/** The messages of an answer: a JSON document, or the data of an event stream. */
function messagesIn({ status, contentType, body }: Answer, id: string | number): string[] {
  const texts = contentType.startsWith('text/event-stream')
    ? [...body.matchAll(/^data: ?(.*)$/gm)].map(([, data = '']) => data)
    : [body]
  const messages = texts.map(parsed).filter((message) => message !== undefined)
  if (messages.length === 0) return [failure(id, internalError, `The platform answered ${status}`)]
  // A request that is refused before its message is read is answered without an id; the id is set here.
  return messages.map((message) =>
    JSON.stringify('id' in message && message.id === null ? { ...message, id } : message),
  )
}

function versionIn(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const { result } = JSON.parse(line) as { result?: { protocolVersion?: unknown } }
    if (typeof result?.protocolVersion === 'string') return result.protocolVersion
  }
  return undefined
}

function parsed(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function failure(id: string | number | null, code: number, message: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })
}
