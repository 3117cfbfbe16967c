import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** A message as a line of JSON. */
interface Message {
  readonly id?: string | number | null
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>> & { readonly _meta?: Readonly<Record<string, unknown>> }
}

/** What the platform answered to one message. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

interface BridgeOptions {
  readonly input: Readable
  readonly write: (line: string) => void
  /** Sends one message. @throws Error saying what does not answer */
  readonly send: (body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Answer>
}

/** As many messages are on their way at once; further ones wait in the pipe. */
const mostAtOnce = 8
const versionKey = 'io.modelcontextprotocol/protocolVersion'
const internalError = -32603
const parseError = -32700

/**
 * Carries the messages of a client that speaks over standard input and output to the platform, one POST for each, and the answers back.
 * It understands none of them: what a client may do is decided where everything else is. Resolves when the input has ended and
 * everything is answered.
 */
export async function bridge({ input, write, send }: BridgeOptions): Promise<void> {
  const running = new Map<string, AbortController>()
  const pending = new Set<Promise<void>>()
  /** What a client of a revision with sessions has agreed on; later ones say it with each message. */
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
      write(failure(null, parseError, 'The line is no JSON object'))
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

/** A client may have the ids 1 and "1" at once. */
function keyOf(id: unknown): string {
  return JSON.stringify(id ?? null)
}

/** What the transport over HTTP says beside the message. */
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

/** Plain ASCII as it is, anything else in the form that the transport has for it. */
function headerValue(text: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !/^=\?base64\?.*\?=$/.test(text)
  return isPlain ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`
}

/** The lines of an answer: a JSON document, or the data of a stream of events. */
function messagesIn({ status, contentType, body }: Answer, id: string | number): string[] {
  const texts = contentType.startsWith('text/event-stream')
    ? [...body.matchAll(/^data: ?(.*)$/gm)].map(([, data = '']) => data)
    : [body]
  const messages = texts.map(parsed).filter((message) => message !== undefined)
  if (messages.length === 0) return [failure(id, internalError, `The platform answered ${status}`)]
  // What is refused before the message was read does not know whose it is.
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
