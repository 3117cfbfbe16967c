import { Code, ConnectError } from '@connectrpc/connect'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { pageOf } from './lists.ts'
import { previewsOf } from './previews.ts'
import { refusalOf, ToolRefusal, withoutData } from './refusal.ts'
import { defineTool, type Work } from './tool.ts'
import { createToolServer } from './tool-server.ts'

const tasks = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
const times = { createdAt: new Date('2026-01-31T08:00:00Z'), updatedAt: new Date('2026-01-31T08:00:05Z') }
const states: Readonly<Record<string, Work>> = {
  open: times,
  done: { ...times, end: { result: { id: 'done', note: 'a\u202eb' } } },
  ended: { ...times, end: { cancelled: 'A newer one took its place' } },
  gone: { ...times, end: { refusal: { code: 'aborted', message: 'Somebody cancelled it' } } },
}
const cancelled: string[] = []
const faults: unknown[] = []

const output = z.strictObject({ id: z.string(), note: z.string().optional() })
const working = defineTool({
  name: 'Work',
  title: 'Work',
  description: 'Works.',
  needs: [],
  input: z.strictObject({ begin: z.string().default('open'), id: z.string().optional() }),
  output,
  work: {
    idIn: ({ id }) => id,
    begin: async ({ begin }) => begin,
    async look(id) {
      const state = states[id]
      if (state === undefined) throw new ConnectError('does not exist', Code.NotFound)
      return state
    },
    async cancel(id) {
      cancelled.push(id)
      throw new ConnectError('not yours to cancel', Code.PermissionDenied)
    },
    pending: (id) => ({ id }),
  },
})
const failing = defineTool({
  name: 'Fail',
  title: 'Fail',
  description: 'Fails.',
  needs: [],
  input: z.strictObject({ how: z.enum(['ours', 'wire', 'refused', 'internal']) }),
  output,
  async run({ how }) {
    if (how === 'ours') throw new TypeError('secret of ours')
    if (how === 'internal') throw new ConnectError('secret of a service', Code.Internal)
    if (how === 'wire') throw new ConnectError('wait', Code.ResourceExhausted, { 'retry-after': '3' })
    throw new ToolRefusal({ code: 'failed_precondition', message: 'no\u200bt now' })
  },
})

const handler = createMcpHandler(() =>
  createToolServer(
    {
      may: () => true,
      decides: false,
      asking: {
        calls: () => Promise.reject(new Error('no call is made here')),
        previews: previewsOf(Buffer.alloc(32), { tenantId: 1, clientId: 'a', identityId: 'a' }),
      },
      onFault: (error) => faults.push(error),
    },
    '1',
    [working, failing],
  ),
)

async function ask(method: string, params: Readonly<Record<string, unknown>>, capabilities: object = {}) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  }
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    'mcp-name': String(params.name ?? params.taskId),
  }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } })
  const answer = await handler.fetch(new Request('http://localhost/mcp', { method: 'POST', headers, body }))
  return (await answer.json()) as { result?: Record<string, unknown>; error?: { code: number } }
}

const call = (name: string, given: object, capabilities?: object) =>
  ask('tools/call', { name, arguments: given }, capabilities)

test('work that goes on is a task for clients that know tasks, and an id for all others', async () => {
  expect((await call('Work', {}, tasks)).result).toMatchObject({
    resultType: 'task',
    taskId: 'Work.open',
    status: 'working',
    createdAt: '2026-01-31T08:00:00.000Z',
    lastUpdatedAt: '2026-01-31T08:00:05.000Z',
    ttlMs: 7_776_000_000,
    pollIntervalMs: 1000,
  })
  expect((await call('Work', {})).result).toMatchObject({ resultType: 'complete', structuredContent: { id: 'open' } })
  // A client that calls the tool again has the id already.
  expect((await call('Work', { id: 'open' }, tasks)).result).toMatchObject({ structuredContent: { id: 'open' } })
})

test('work that ends at once is answered at once', async () => {
  const shown = { id: 'done', note: 'a\\u{202E}b' }
  expect((await call('Work', { begin: 'done' }, tasks)).result).toMatchObject({ structuredContent: shown })
  for (const begin of ['gone', 'ended'])
    expect((await call('Work', { begin }, tasks)).result).toMatchObject({ isError: true })
})

test('a task is found by its id alone, with what came of it', async () => {
  const get = async (taskId: string) => (await ask('tasks/get', { taskId }, tasks)).result
  expect(await get('Work.open')).toMatchObject({ resultType: 'complete', taskId: 'Work.open', status: 'working' })
  expect(await get('Work.done')).toMatchObject({ status: 'completed', result: { structuredContent: { id: 'done' } } })
  // Not `failed`, which is for errors of the protocol.
  expect(await get('Work.gone')).toMatchObject({ status: 'completed', result: { isError: true } })
  expect(await get('Work.ended')).toMatchObject({ status: 'cancelled', statusMessage: 'A newer one took its place' })
})

test('a cancellation is acknowledged, also where it is in vain, and asked for what goes on alone', async () => {
  for (const taskId of ['Work.open', 'Work.done'])
    expect((await ask('tasks/cancel', { taskId }, tasks)).result).toMatchObject({ resultType: 'complete' })
  expect(cancelled).toEqual(['open'])
  expect((await ask('tasks/update', { taskId: 'Work.open', inputResponses: {} }, tasks)).result).toMatchObject({
    resultType: 'complete',
  })
})

test.each(['tasks/get', 'tasks/update', 'tasks/cancel'])(
  '%s refuses unknown tasks, and clients without tasks',
  async (method) => {
    for (const taskId of ['Work.unknown', 'Fail.open', 'Other.open', 'open', '', 'Work.', 'Work.a b'])
      expect((await ask(method, { taskId }, tasks)).error?.code, taskId).toBe(-32602)
    expect((await ask(method, { taskId: 'Work.open' })).error?.code).toBe(-32021)
  },
)

test('a fault of ours is told to the log alone, and a refusal to the caller', async () => {
  const told = async (how: string) => {
    const { content } = (await call('Fail', { how })).result as { content: [{ text: string }] }
    return (JSON.parse(content[0].text) as { error: Record<string, unknown> }).error
  }
  for (const how of ['ours', 'internal']) {
    expect(await told(how)).toMatchObject({ code: 'internal' })
    expect(JSON.stringify(await told(how))).not.toContain('secret')
  }
  expect(faults.length).toBeGreaterThan(0)
  expect(await told('wire')).toEqual({ code: 'resource_exhausted', message: 'wait', retryAfterSeconds: 3 })
  expect(await told('refused')).toEqual({ code: 'failed_precondition', message: 'no\\u{200B}t now' })
})

test.each([
  ['no quotes; give one', 'no quotes; give one', undefined],
  ['policy "A" keeps out "e1"; leave it out', 'policy {0}; leave it out', ['"A" keeps out "e1"']],
  ['policy "a" accept all "b"; leave', 'policy {0}; leave', ['"a" accept all "b"']],
  ['attribute: unknown "x"; known are a, b" do it', 'attribute: unknown {0}; known are {1}', ['"x"', 'a, b" do it']],
  ['"4" is no value of d; there are 1, 2', '{0} is no value of d; there are {1}', ['"4"', '1, 2']],
  ['there are 500 policies; delete one', 'there are 500 policies; delete one', undefined],
  ['policy "a name that was cut...', 'policy {0}', ['"a name that was cut...']],
])('%s: data stand beside the sentence', (told, message, values) => {
  expect(withoutData(told)).toEqual({ message, ...(values && { values }) })
})

test.each([
  [
    'page_token: was not given out; begin again without a page token',
    'cursor: was not given out; begin again without a cursor',
  ],
  ['candidate.edits.removed_entitlements[0]: is missing', 'leaveOut[0]: is missing'],
  ['profile_filters[0].attribute: must name an attribute', 'conditions[0].attribute: must name an attribute'],
  ['left_out: is too long', 'leaveOut: is too long'],
  ['conditions[0].attribute: is missing', 'conditions[0].attribute: is missing'],
  ['constructor: is missing', 'constructor: is missing'],
])('%s: an argument has its name in the tool', (told, message) => {
  expect(refusalOf(new ConnectError(told, Code.InvalidArgument))).toEqual({ code: 'invalid_argument', message })
})

test('a cursor can be given back however long the question is', () => {
  const version = 'condition'.repeat(10_000)
  const items = Array.from({ length: 30 }, (_, place) => place)
  const { nextCursor = '' } = pageOf(items, { cursor: '', limit: 25 }, version)
  expect(nextCursor.length).toBeLessThan(200)
  expect(pageOf(items, { cursor: nextCursor, limit: 25 }, version).rows).toEqual([25, 26, 27, 28, 29])
  expect(() => pageOf(items, { cursor: nextCursor, limit: 25 }, 'other')).toThrow('belongs to other data')
})
