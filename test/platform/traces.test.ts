import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { ReceivedSpan } from '@assay/tracing/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { processEntries } from '../../apps/assay/src/processes.ts'
import { joinTestPlatform } from './platform.ts'

let platform: Awaited<ReturnType<typeof joinTestPlatform>>
let token: string
let tenant: number
beforeAll(async () => {
  platform = await joinTestPlatform()
  token = await platform.token('admin')
  tenant = await platform.tenantId()
})
afterAll(() => platform?.stop())

const newTrace = () => randomBytes(16).toString('hex')
const caller = '00f067aa0ba902b7'

async function call(traceId: string, what: string, body?: unknown, flags = '01') {
  const [method = '', path = ''] = what.split(' ')
  const answer = await fetch(new URL(path, platform.baseUrl), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      traceparent: `00-${traceId}-${caller}-${flags}`,
      'x-request-id': `call-${traceId.slice(0, 8)}`,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: answer.status, headers: answer.headers, json: (await answer.json()) as { readonly id: string } }
}

/** Waits until a trace has all these spans, in the form of `shown`. */
async function spansWith(traceId: string, ...wanted: string[]) {
  let spans: readonly ReceivedSpan[] = []
  const missing = async () => {
    spans = await platform.spansOf(traceId)
    const there = spans.map(shown)
    return wanted.filter((each) => !there.includes(each))
  }
  await expect.poll(missing, { interval: 50 }).toEqual([])
  return spans
}

const isBelow =
  (above: string | undefined) =>
  ({ parentId }: ReceivedSpan) =>
    parentId === above

const shown = ({ service, kind, name }: ReceivedSpan) => `${service} ${kind} ${name}`

test('one call over REST is one trace: gateway, the call to the service, the service, its transaction and its statements', async () => {
  const trace = newTrace()
  const { status, headers } = await call(trace, 'GET /directory/v1/identities?page_size=3')
  expect([status, headers.get('x-request-id')]).toEqual([200, `call-${trace.slice(0, 8)}`])
  const method = 'assay.directory.v1.DirectoryService/ListIdentities'
  const spans = await spansWith(
    trace,
    'assay-gateway server GET /directory/v1/identities',
    `assay-mining server ${method}`,
  )
  const calls = spans.filter(
    ({ kind, attributes }) => kind !== 'internal' && attributes['db.system.name'] === undefined,
  )
  const path: ReceivedSpan[] = []
  for (let next = calls.find(isBelow(caller)); next !== undefined; next = calls.find(isBelow(next.spanId)))
    path.push(next)
  expect(path.map(shown)).toEqual([
    'assay-gateway server GET /directory/v1/identities',
    `assay-gateway client ${method}`,
    `assay-mining server ${method}`,
  ])
  expect(path).toMatchObject([
    {
      attributes: {
        'http.route': '/directory/v1/identities',
        'http.response.status_code': 200,
        'assay.tenant': tenant,
      },
    },
    { attributes: { 'rpc.system.name': 'grpc', 'rpc.response.status_code': 'OK', 'server.address': '127.0.0.1' } },
    { attributes: { 'rpc.method': method, 'assay.tenant': tenant } },
  ])
  const transaction = spans.filter(isBelow(path[2]?.spanId)).find(({ name }) => name === 'transaction')
  const statements = spans.filter(isBelow(transaction?.spanId))
  expect(statements.map(({ name }) => name)).toContain('select identities')
  for (const { kind, attributes } of statements) {
    expect(kind).toBe('client')
    expect(attributes).toMatchObject({ 'db.system.name': 'postgresql', 'db.operation.name': expect.any(String) })
  }
})

test('the trace of an import continues in its jobs, to the end of the work', async () => {
  const trace = newTrace()
  const { id } = (await call(trace, 'POST /directory/v1/imports', {})).json
  const files = {
    'identities.csv': 'id,display_name,department\nperson-1,Ana Ruiz,Sales\nperson-2,Ben Ode,Sales\n',
    'grants.csv': 'identity_id,entitlement_id\nperson-1,read-all\nperson-2,read-all\n',
  }
  for (const [name, file] of Object.entries(files))
    await call(trace, `POST /directory/v1/imports/${id}/files/${name}`, file)
  expect((await call(trace, `POST /directory/v1/imports/${id}:commit`, {})).status).toBe(200)
  const spans = await spansWith(
    trace,
    'assay-mining producer send import-commit',
    'assay-mining-worker consumer process import-commit',
    'assay-mining-worker producer send membership',
    'assay-mining-worker consumer process membership',
  )
  const one = (name: string) => spans.find((span) => span.name === name)
  const [sent, processed, next] = [one('send import-commit'), one('process import-commit'), one('process membership')]
  expect(sent).toMatchObject({ service: 'assay-mining', kind: 'producer' })
  expect(processed).toMatchObject({
    service: 'assay-mining-worker',
    kind: 'consumer',
    parentId: sent?.spanId,
    links: [sent?.spanId],
    attributes: {
      'messaging.destination.name': 'import-commit',
      'messaging.operation.type': 'process',
      'assay.tenant': tenant,
      'assay.job.outcome': 'completed',
    },
  })
  expect(next?.parentId).toBe(
    spans.find(({ name, service }) => name === 'send membership' && service === processed?.service)?.spanId,
  )
  expect(spans.filter(({ parentId }) => parentId === processed?.spanId).length).toBeGreaterThan(0)
  // Spans contain no people, no parameters, no ids of a path, and no token.
  const all = JSON.stringify(spans)
  for (const secret of ['Ana Ruiz', 'person-1', 'read-all', `imports/${id}`, token]) expect(all).not.toContain(secret)
})

test('a trace that the caller does not sample is not sampled, and an unknown id is no error of the server', async () => {
  const [dropped, kept] = [newTrace(), newTrace()]
  await call(dropped, 'GET /directory/v1/identities?page_size=3', undefined, '00')
  expect((await call(kept, 'GET /directory/v1/identities/nobody')).status).toBe(404)
  const path = '/directory/v1/identities/{identity_id}'
  const method = 'assay.directory.v1.DirectoryService/GetIdentity'
  const spans = await spansWith(kept, `assay-gateway server GET ${path}`, `assay-mining server ${method}`)
  const errors = spans.filter(({ isError }) => isError)
  expect(errors.map(shown)).toEqual(['assay-gateway client assay.directory.v1.DirectoryService/GetIdentity'])
  expect(errors[0]?.attributes['error.type']).toBe('NOT_FOUND')
  expect(spans.find(({ parentId }) => parentId === caller)?.attributes['url.path']).toBe(
    '/directory/v1/identities/{identity_id}',
  )
  expect(await platform.spansOf(dropped)).toEqual([])
})

/** Starts a process without its database. @returns the packages of OpenTelemetry that it has loaded by its end */
async function loadedBy(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const hooks = join(import.meta.dirname, 'loaded-modules.ts')
  const child = spawn(process.execPath, ['--import', hooks, processEntries['mining-worker']], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nowhere',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = text(child.stdout)
  for await (const line of child.stderr) if (String(line).includes('waiting: ')) break
  child.kill('SIGTERM')
  await once(child, 'exit')
  return JSON.parse(await printed) as string[]
}

test('without a collector a process loads no SDK', async () => {
  const [off, on] = await Promise.all([loadedBy({}), loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })])
  expect(on).toContain('@opentelemetry/sdk-trace')
  // The metrics use the API package, for exemplars.
  expect(off).toEqual(['@opentelemetry/api'])
})
