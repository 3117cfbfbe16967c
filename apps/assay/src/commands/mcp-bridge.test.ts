import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { type Answer, bridge } from './mcp-bridge.ts'

interface Sent {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

const json = (value: unknown): Answer => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify(value),
})

/** The lines that the bridge writes and the messages that it sends, for the lines of a client. */
async function carried(
  lines: readonly string[],
  answerTo: (sent: Sent, signal: AbortSignal) => Promise<Answer> | Answer,
) {
  const sent: Sent[] = []
  const written: Record<string, unknown>[] = []
  await bridge({
    input: Readable.from(lines.map((line) => `${line}\n`)),
    write: (line) => written.push(JSON.parse(line)),
    async send(body, headers, signal) {
      sent.push({ body, headers })
      return await answerTo({ body, headers }, signal)
    },
  })
  return { sent, written }
}

const meta = { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }
const call = (id: number | string, params: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { ...params, ...meta } })

test('a message travels as it is, with what the transport says beside it', async () => {
  const line = call(1, { name: 'GetDrift' })
  const { sent, written } = await carried([line], () => json({ jsonrpc: '2.0', id: 1, result: {} }))
  expect(sent).toEqual([
    {
      body: line,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'GetDrift',
      },
    },
  ])
  expect(written).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }])
})

test.each([
  ['Zoë', '=?base64?Wm/Dqw==?='],
  [' padded ', '=?base64?IHBhZGRlZCA=?='],
  ['two\r\nlines', '=?base64?dHdvDQpsaW5lcw==?='],
  ['=?base64?eA==?=', '=?base64?PT9iYXNlNjQ/ZUE9PT89?='],
  ['a', 'a'],
])('the name %j becomes the header %s', async (name, header) => {
  const { sent } = await carried([call(1, { name })], () => json({ id: 1 }))
  expect(sent[0]?.headers['mcp-name']).toBe(header)
})

test('a client with sessions says once which revision it has agreed on', async () => {
  const lines = [
    '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
  ]
  const { sent, written } = await carried(lines, ({ body }) =>
    body.includes('initialize"')
      ? {
          status: 200,
          contentType: 'text/event-stream',
          body: 'event: message\ndata: {"id":0,"result":{"protocolVersion":"2025-11-25"}}\n\n',
        }
      : { status: 202, contentType: '', body: '' },
  )
  expect(written).toEqual([{ id: 0, result: { protocolVersion: '2025-11-25' } }])
  expect(sent).toHaveLength(2)
})

test('every request is answered: what is no message, what nothing answers, and what is refused before it is read', async () => {
  const answers: Readonly<Record<string, () => Answer>> = {
    gone: () => {
      throw new Error('Nothing answers at http://127.0.0.1:1')
    },
    page: () => ({ status: 502, contentType: 'text/html', body: '<html>' }),
    refused: () => json({ jsonrpc: '2.0', id: null, error: { code: -32600, message: 'The token has expired' } }),
  }
  const lines = ['no JSON', '[]', '', ...Object.keys(answers).map((name) => call(name, { name }))]
  const { written } = await carried(lines, ({ headers }) => answers[headers['mcp-name'] ?? '']?.() ?? json({}))
  const error = (id: string | null, code: number, message: string) => ({ jsonrpc: '2.0', id, error: { code, message } })
  expect(written).toEqual([
    error(null, -32700, 'The line is not a JSON object'),
    error(null, -32700, 'The line is not a JSON object'),
    error('gone', -32603, 'Nothing answers at http://127.0.0.1:1'),
    error('page', -32603, 'The platform answered 502'),
    error('refused', -32600, 'The token has expired'),
  ])
})

test('what a client cancels is broken off, and is not answered', async () => {
  const cancel = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}'
  const { sent, written } = await carried(
    [call(7, { name: 'ComputeImpact' }), cancel],
    (_, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  expect(sent).toHaveLength(1)
  expect(written).toEqual([])
})

test('no more than eight messages are on their way at once', async () => {
  let [running, most] = [0, 0]
  const lines = Array.from({ length: 30 }, (_, at) => call(at, { name: 'GetDrift' }))
  const { written } = await carried(lines, async ({ body }) => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 1))
    running--
    return json({ id: (JSON.parse(body) as { id: number }).id })
  })
  expect(written).toHaveLength(30)
  expect(most).toBe(8)
})
