import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { FieldBehavior } from '@assay/contracts/google/api/field_behavior_pb'
import {
  create,
  type DescField,
  type DescMessage,
  equals,
  fromJson,
  type JsonObject,
  type Message,
  ScalarType,
} from '@bufbuild/protobuf'
import type { Interceptor } from '@connectrpc/connect'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitTarget } from '../http-messages.ts'
import { behaves, isHttpBody, parameterKind } from '../message-fields.ts'
import { parsePathTemplate } from '../path-template.ts'
import { RouteTree } from '../route-tree.ts'
import type { RouteInfo } from '../transcoder.ts'
import type { CaseRequest } from './case.ts'
import { restRequest } from './rest-request.ts'
import { titleOf } from './socket-cases.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { seeNothing, testServices } from './test-services.ts'
import { jsonOf } from './testing-messages.ts'

let received: Message[] = []
let server: TestServer

/** Answers instead of the handlers, because some of these would do as much work as a number in the request says. */
const noteMessages: Interceptor = (next) => async (request) => {
  if (request.stream) return await next(request)
  const { service, method } = request
  received.push(request.message)
  return {
    stream: false,
    service,
    method,
    message: create(method.output),
    header: new Headers(),
    trailer: new Headers(),
  }
}

const mounts = () => [{ handlers: testServices(seeNothing()), interceptors: [noteMessages] }]
const tree = new RouteTree<RouteInfo>()
const routes = await routesToTry()

async function routesToTry(): Promise<RouteInfo[]> {
  const some = await startTestServer('HTTP/1.1', mounts)
  await some.close()
  for (const route of some.transcoder.routes()) tree.add(route.httpMethod, parsePathTemplate(route.template), route)
  // Left out: calls that wait, fail or stream on request, which cases test; and raw bodies, which are not JSON.
  return some.transcoder.routes().filter(({ method, body, template, httpMethod }) => {
    const carriesRaw =
      isHttpBody(method.input) || isHttpBody(method.input.fields.find(({ name }) => name === body)?.message)
    return !carriesRaw && !template.startsWith('/o/') && !template.startsWith('/f/') && httpMethod !== 'HEAD'
  })
}

beforeAll(async () => {
  server = await startTestServer('HTTP/1.1', mounts)
})
afterAll(() => server.close())

describe(titleOf('TX01.1'), () => {
  test.each(routes.map((route) => [route.httpMethod, route.template, route] as const))(
    '%s %s',
    async (_, __, route) => {
      const anyText = undefined
      await arrives(messageFor(route, anyText), route, 25, (json) => withRequiredBody(route, restRequest(route, json)))
    },
  )
})

describe(titleOf('TX01.2'), () => {
  const { transcode } = gax()
  // Left out because of google-gax: it has no other methods, splits characters beyond the first plane, drops the outer name of
  // a message nested twice, and makes objects of lists in lists.
  const known = routes.filter(({ httpMethod }) => ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(httpMethod))
  const text = fc.string({ unit: fc.constantFrom(...'ab /+%&=?#:;,.~-_éß世'), minLength: 1, maxLength: 8 })
  test.each(known.map((route) => [route.httpMethod, route.template, route] as const))('%s %s', async (_, __, route) => {
    const rule = {
      [route.httpMethod.toLowerCase()]: route.template,
      ...(route.body === '' ? {} : { body: route.body }),
    }
    const messages = messageFor(route, text, 1).filter((json) => !/[[,]\[|null/.test(JSON.stringify(json)))
    await arrives(messages, route, 15, (json) => {
      const made = transcode(json, [{ '(google.api.http)': rule }])
      if (made === undefined) return undefined
      const query = made.queryString === '' ? '' : `?${made.queryString}`
      const path = made.url + query
      const body = made.data === '' ? {} : { body: { json: made.data } }
      return withRequiredBody(route, { method: route.httpMethod, path, ...body })
    })
  })
})

async function arrives(
  messages: fc.Arbitrary<JsonObject>,
  route: RouteInfo,
  numRuns: number,
  encode: (json: JsonObject) => CaseRequest | undefined,
): Promise<void> {
  const { input } = route.method
  await fc.assert(
    fc.asyncProperty(messages, async (json) => {
      const request = encode(json)
      // If a path fits two routes, the more specific one gets it.
      fc.pre(request !== undefined && isFor(request, route))
      received = []
      const answer = await server.send(request)
      const what = `${request.method} ${request.path}: ${answer.status} ${answer.body}`
      expect(received.length, what).toBe(1)
      expect(equals(input, received[0]!, fromJson(input, json)), what).toBe(true)
    }),
    { numRuns, seed: 11 },
  )
}

/** Undefined for a message that the route cannot carry because the field for its body is missing. */
function withRequiredBody({ method, body }: RouteInfo, request: CaseRequest): CaseRequest | undefined {
  const field = method.input.fields.find(({ name }) => name === body)
  const isRequired = field !== undefined && behaves(field, FieldBehavior.REQUIRED)
  return isRequired && request.body === undefined ? undefined : request
}

function isFor(request: CaseRequest, route: RouteInfo): boolean {
  const match = tree.find(request.method ?? 'GET', splitTarget(request.path).path)
  return match.kind === 'found' && match.entry === route
}

/** Messages that the route can carry: with the fields of its path, and without fields that a query cannot express. */
function messageFor(route: RouteInfo, text: fc.Arbitrary<string> | undefined, depth = 2): fc.Arbitrary<JsonObject> {
  const { input } = route.method
  const { variables } = parsePathTemplate(route.template)
  const bodyField = input.fields.find(({ name }) => name === route.body)
  const taken = new Set(variables.map(({ fieldPath }) => leafOf(input, fieldPath)))
  const shape = { depth, ...(text === undefined ? {} : { text }) }
  const free =
    route.body === '*'
      ? jsonOf(input, { ...shape, without: (field) => taken.has(field) })
      : jsonOf(input, {
          ...shape,
          without: (field) => taken.has(field) || field === bodyField || !fitsQuery(field),
        }).map(dropEmpty)
  const body =
    bodyField === undefined
      ? fc.constant({})
      : jsonOf(input, {
          ...shape,
          without: (field) => (field.parent === input ? field !== bodyField : taken.has(field)),
        })
  const pathText = text ?? fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
  const inPath = variables.map((variable) => variableJson(route, variable, pathText.map(segmentText)))
  return fc.tuple(free, body, ...inPath).map(([own, ofBody, ...values]): JsonObject => {
    const json: JsonObject = { ...own, ...ofBody }
    // An absent body is read as the empty value of its field, which is not the same message as one without the field.
    if (bodyField !== undefined && json[bodyField.jsonName] === undefined) Object.assign(json, emptyBody(bodyField))
    for (const [index, value] of values.entries()) setLeaf(json, input, variables[index]!.fieldPath.split('.'), value)
    return json
  })
}

type Variable = ReturnType<typeof parsePathTemplate>['variables'][number]

function variableJson(route: RouteInfo, variable: Variable, text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const leaf = leafOf(route.method.input, variable.fieldPath)
  const { segments } = parsePathTemplate(route.template)
  if (leaf.scalar !== ScalarType.STRING) {
    const only = jsonOf(leaf.parent, { without: (field) => field !== leaf })
    return only
      .filter((json) => leaf.jsonName in json && String(json[leaf.jsonName]) !== '')
      .map((json) => json[leaf.jsonName] as string)
  }
  const parts = segments.slice(variable.start, variable.end).map((segment) => {
    if (segment.kind === 'literal') return fc.constant([segment.text])
    return segment.kind === 'one' ? text.map((one) => [one]) : fc.array(text, { minLength: 1, maxLength: 3 })
  })
  const isSeveral = variable.isMultiSegment
  return fc.tuple(...parts).map((texts) =>
    isSeveral
      ? texts
          .flat()
          .map((one) => one.replaceAll('/', '-'))
          .join('/')
      : texts.flat().join(''),
  )
}

/** Text for a segment: not empty, and without the escape that stays as written in several segments. */
function segmentText(text: string): string {
  const clean = text.replaceAll('\0', '0').toWellFormed()
  return clean === '' ? 'x' : clean
}

function leafOf(message: DescMessage, fieldPath: string): DescField {
  const [name, ...deeper] = fieldPath.split('.')
  const field = message.fields.find((candidate) => candidate.name === name)!
  return deeper.length === 0 ? field : leafOf(field.message!, deeper.join('.'))
}

function setLeaf(json: JsonObject, message: DescMessage, names: readonly string[], value: string): void {
  const [name, ...deeper] = names
  const field = message.fields.find((candidate) => candidate.name === name)!
  if (deeper.length === 0) {
    json[field.jsonName] = value
    return
  }
  json[field.jsonName] ??= {}
  setLeaf(json[field.jsonName] as JsonObject, field.message!, deeper, value)
}

function fitsQuery(field: DescField): boolean {
  const kind = parameterKind(field)
  if (kind === 'message') return !field.message!.typeName.startsWith('google.protobuf.')
  return kind === 'single' || kind === 'repeated'
}

/** Drops messages without any set field, which a query cannot express. */
function dropEmpty(json: JsonObject): JsonObject {
  const kept = Object.entries(json).flatMap(([name, value]): [string, JsonObject[string]][] => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, value]]
    const inner = dropEmpty(value)
    return Object.keys(inner).length === 0 ? [] : [[name, inner]]
  })
  return Object.fromEntries(kept)
}

function emptyBody(field: DescField): JsonObject {
  return field.fieldKind === 'message' && !field.message.typeName.startsWith('google.protobuf.')
    ? { [field.jsonName]: {} }
    : {}
}

interface Transcoded {
  readonly url: string
  readonly queryString: string
  readonly data: JsonObject | ''
}

/** The encoder of google-gax, which its package does not export by name. */
function gax(): { transcode(request: JsonObject, options: readonly object[]): Transcoded | undefined } {
  const require = createRequire(import.meta.url)
  return require(join(dirname(require.resolve('google-gax')), 'transcoding.js'))
}
