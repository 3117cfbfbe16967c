import { once } from 'node:events'
import http2 from 'node:http2'
import { setTimeout as delay } from 'node:timers/promises'
import { invalidArgument, unauthenticated } from '@assay/errors'
import { createLogger, type RunningServer, startServer } from '@assay/server'
import { Echo, gateOfTokens, testPrincipal } from '@assay/server/testing'
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { StringValueSchema } from '@bufbuild/protobuf/wkt'
import { ConnectError, type ServiceImpl } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enveloped, opened, openedAnswer } from './grpc-envelope.ts'

// One server with both ways of serving a call: our short one, and Connect's handlers, which serve callers that say which
// compression they accept. Both must give the same response to every request.

let begun = 0
const ended: unknown[] = []
const unary: ServiceImpl<typeof Echo>['unary'] = async ({ value }, context) => {
  if (value === 'refuse') throw invalidArgument('value', 'must be another')
  if (value === 'break') throw new Error('a fault of ours')
  if (value === 'half') throw new ConnectError('𝒳'.slice(0, 1), 3)
  if (value === 'own') throw new ConnectError('its own words: ü', 7, { 'x-why': 'because' })
  if (value === 'wait') {
    begun++
    context.signal.addEventListener('abort', () => ended.push(context.signal.reason))
    await delay(600_000, undefined, { signal: context.signal }).catch(() => Promise.reject(context.signal.reason))
  }
  context.responseHeader.set('x-answer', 'yes')
  context.responseTrailer.set('x-end', context.requestHeader.get('x-asked') ?? 'nothing')
  return { value: `${value}, ${context.timeoutMs() === undefined ? 'whenever' : 'in time'}` }
}

let server: RunningServer
let session: http2.ClientHttp2Session

beforeAll(async () => {
  server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    routes: (router) => router.service(Echo, { unary }),
    readiness: {},
    logger: createLogger('test', 'silent'),
    maxMessageBytes: 1000,
    gate: gateOfTokens(async (token) => {
      if (token !== 'good') throw unauthenticated('The token is not one of ours')
      return testPrincipal
    }),
  })
  session = http2.connect(server.url)
})
afterAll(async () => {
  session.close()
  await server.close()
})

const of = (value: string) =>
  enveloped(toBinary(StringValueSchema, { $typeName: 'google.protobuf.StringValue', value }))

interface Answer {
  readonly header: Record<string, unknown>
  readonly trailer: Record<string, unknown>
  readonly body: Buffer
}

const path = '/assay.testing.Echo/Unary'

async function ask(body: Buffer, fields: Record<string, string>, plainly: boolean, isWeb = false): Promise<Answer> {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': isWeb ? 'application/grpc-web+proto' : 'application/grpc',
    te: 'trailers',
    authorization: 'Bearer good',
    ...(!plainly && { 'grpc-accept-encoding': 'identity' }),
    ...fields,
  })
  let header = {}
  let trailer = {}
  stream.on('response', (given) => {
    header = given
  })
  stream.on('trailers', (given) => {
    trailer = given
  })
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.end(body)
  await once(stream, 'close')
  const answer = Buffer.concat(chunks)
  if (!isWeb) return { header: comparable(header), trailer: comparable(trailer), body: answer }
  const opened = openedAnswer(answer)
  if (opened === undefined) throw new Error(`${answer.length} bytes are no answer of gRPC-Web`)
  return {
    header: comparable(header),
    trailer: comparable(Object.fromEntries(opened.trailer)),
    body: opened.message ?? Buffer.alloc(0),
  }
}

function comparable(fields: Record<string, unknown>): Record<string, unknown> {
  const { date, 'x-request-id': id, 'grpc-accept-encoding': encodings, 'content-length': length, ...others } = fields
  return others
}

const message = of('hello')

const questions: [string, Buffer, Record<string, string>, Record<string, unknown>][] = [
  ['a message', message, {}, { 'grpc-status': '0', 'x-end': 'nothing' }],
  ['an empty message', enveloped(new Uint8Array()), {}, { 'grpc-status': '0' }],
  [
    'a message whose type of content is named',
    message,
    { 'content-type': 'application/grpc+proto' },
    { 'grpc-status': '0' },
  ],
  ['fields of the caller', message, { 'x-asked': 'a thing' }, { 'x-end': 'a thing' }],
  ['a deadline', message, { 'grpc-timeout': '5S' }, { 'grpc-status': '0' }],
  ['a deadline in weeks', message, { 'grpc-timeout': '2147484S' }, { 'grpc-status': '0' }],
  ['the longest deadline', message, { 'grpc-timeout': '99999999H' }, { 'grpc-status': '0' }],
  ['a deadline that passes', of('wait'), { 'grpc-timeout': '30m' }, { 'grpc-status': '4' }],
  ['a deadline that is none', message, { 'grpc-timeout': 'soon' }, { 'grpc-status': '3' }],
  [
    'a message that is refused',
    of('refuse'),
    {},
    { 'grpc-status': '3', 'grpc-status-details-bin': expect.any(String) },
  ],
  ['a message that meets a fault', of('break'), {}, { 'grpc-status': '13' }],
  ['an error with fields', of('own'), {}, { 'grpc-status': '7', 'x-why': 'because' }],
  ['an error with half a character', of('half'), {}, { 'grpc-status': '3', 'grpc-message': '%EF%BF%BD' }],
  ['no token', message, { authorization: '' }, { 'grpc-status': '16' }],
  ['a foreign token', message, { authorization: 'Bearer bad' }, { 'grpc-status': '16' }],
  ['no body', Buffer.alloc(0), {}, { 'grpc-status': '12' }],
  ['two messages', Buffer.concat([message, message]), {}, { 'grpc-status': '12' }],
  ['half a message', message.subarray(0, 8), {}, { 'grpc-status': '3' }],
  ['half a length', message.subarray(0, 3), {}, { 'grpc-status': '3' }],
  ['no protobuf', enveloped(Buffer.from([0xff, 0xff])), {}, { 'grpc-status': '3' }],
  // The text is preceded by a tag and two bytes of length.
  ['a message of exactly the limit', of('x'.repeat(997)), {}, { 'grpc-status': '0' }],
  ['a message one byte above the limit', of('x'.repeat(998)), {}, { 'grpc-status': '8' }],
  ['a packed message', Buffer.concat([Buffer.from([1]), message.subarray(1)]), {}, { 'grpc-status': '13' }],
]

test.each(questions)('%s is answered as Connect answers it', async (_, body, fields, expected) => {
  const [plain, connects] = [await ask(body, fields, true), await ask(body, fields, false)]
  expect(plain.trailer).toMatchObject(expected)
  // Connect answers with the content type of the request; both are the same type.
  expect(plain).toEqual({ ...connects, header: { ...connects.header, 'content-type': plain.header['content-type'] } })
})

const ofWeb = questions.filter(([, , fields]) => fields['content-type'] === undefined)
test.each(ofWeb)('over gRPC-Web, %s is answered as Connect answers it', async (_, body, fields, expected) => {
  const [plain, connects] = [await ask(body, fields, true, true), await ask(body, fields, false, true)]
  expect(plain.trailer).toMatchObject(expected)
  expect(plain).toEqual(connects)
})

test('the answer is one whole message, in the words of the handler', async () => {
  const { body } = await ask(message, { 'grpc-timeout': '5S' }, true)
  expect(fromBinary(StringValueSchema, opened(body)?.message ?? Buffer.alloc(0)).value).toBe('hello, in time')
})

test('a caller who goes away ends the handler', async () => {
  const before = begun
  ended.length = 0
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    authorization: 'Bearer good',
  })
  stream.end(of('wait'))
  while (begun === before) await delay(5)
  stream.close(http2.constants.NGHTTP2_CANCEL)
  while (ended.length === 0) await delay(5)
  expect(ended).toEqual([expect.objectContaining({ code: 1 })])
})
