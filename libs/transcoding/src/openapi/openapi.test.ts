import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FilesService } from '@assay/contracts/assay/transcoding/test/v1/files_service_pb'
import { LibraryService } from '@assay/contracts/assay/transcoding/test/v1/library_service_pb'
import { MatchService } from '@assay/contracts/assay/transcoding/test/v1/match_service_pb'
import { OutcomeService } from '@assay/contracts/assay/transcoding/test/v1/outcome_service_pb'
import { AllTypesSchema, TypesService } from '@assay/contracts/assay/transcoding/test/v1/types_service_pb'
import { describedFiles } from '@assay/contracts/described-files'
import { allDialects } from '@assay/dialects'
import {
  createRegistry,
  type DescField,
  type DescMessage,
  type DescService,
  fromJson,
  type JsonObject,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf'
import { DurationSchema } from '@bufbuild/protobuf/wkt'
import { Code, ConnectError, type ConnectRouter, type Interceptor } from '@connectrpc/connect'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleJson } from '../conformance/testing-json.ts'
import {
  findingsOf,
  type OpenApiOperation,
  operationsOf,
  type PlacedOperation,
  schemaJudge,
} from '../conformance/testing-openapi.ts'
import { createTranscoder, type Transcoder } from '../transcoder.ts'
import { type OpenApiOptions, openApiDocument } from './document.ts'

const tested = [LibraryService, MatchService, TypesService, FilesService, OutcomeService]
const everything = [...tested, ...allDialects.flatMap(({ services }) => services.map(({ service }) => service))]
const info = { title: 'Library', version: '1.0.0', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } }
const files = describedFiles()

/** Registers the services without handlers, so that all calls are UNIMPLEMENTED. */
function unimplemented(services: readonly DescService[]) {
  return (router: ConnectRouter) => {
    for (const service of services) router.service(service, {})
  }
}

/** A transcoder that reads requests but answers with the name of the rpc instead of calling it. */
function readOnly(services: readonly DescService[]): Transcoder {
  const name: Interceptor = () => async (request) => {
    if (request.stream) for await (const message of request.message) void message
    throw new ConnectError(request.method.name, Code.DataLoss)
  }
  return createTranscoder({ mounts: [{ handlers: unimplemented(services), interceptors: [name] }] })
}

function describe(services: readonly DescService[], options: Partial<OpenApiOptions> = {}): JsonObject {
  return openApiDocument(readOnly(services).routes(), { info, files, ...options })
}

const document = describe(everything)
const operations = operationsOf(document)

function operation(httpMethod: string, path: string): OpenApiOperation {
  const found = operations.find((each) => each.httpMethod === httpMethod && each.path === path)
  return found?.operation ?? expect.unreachable(`${httpMethod} ${path} is not in the document`)
}

const schemas = (of = document) => (of as { components: { schemas: Record<string, JsonObject> } }).components.schemas
const typeSchema = (name: string) => (schemas()['assay.transcoding.test.v1.AllTypes']!.properties as JsonObject)[name]

test('an independent validator finds nothing wrong with the document', async () => {
  const security = { security: [{ bearer: [] }], securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } }
  expect(await findingsOf(describe(everything, security))).toEqual([])
  expect(await findingsOf(describe(everything, { ...security, isOpenEnum: () => true, finiteNumbers: true }))).toEqual(
    [],
  )
})

test('the validator of this test finds what is wrong', async () => {
  const broken = { ...document, paths: { '/x/{y}': { get: { responses: { 200: { description: 1 } } } } } }
  const findings = (await findingsOf(broken)).join('\n')
  expect(findings).toContain('path-parameters-defined')
  expect(findings).toContain('struct')
})

/** A path that a client may make from a documented one: every parameter gets a value that its schema allows. */
function fill({ path, operation: { parameters = [] } }: PlacedOperation): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const schema = parameters.find((each) => each.in === 'path' && each.name === name)?.schema
    return encodeURIComponent(String(sampleText(schema ?? expect.unreachable(`${name} of ${path} is not described`))))
  })
}

function sampleText(schema: JsonObject): unknown {
  const { type, format, enum: names } = schema as { type: string; format?: string; enum?: string[] }
  if (names !== undefined) return names[0]
  if (format === 'date-time') return '2024-05-01T12:30:00Z'
  if (schema.contentEncoding === 'base64') return 'AQ=='
  return { integer: 1, number: 1, boolean: true }[type] ?? (format === 'int64' || format === 'uint64' ? 1 : 'x')
}

async function serving<T>(transcoder: Transcoder, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(async (request, response) => {
    if (!(await transcoder.handle(request, response))) transcoder.notFound(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const rpcOf = (id: string) => id.replace(/^.*\.|_\d+$/g, '')

test('every route stands in the document once, and nothing else does', () => {
  const described = operations.map(({ httpMethod, operation: { operationId } }) => `${httpMethod} ${operationId}`)
  const bindings = new Map<string, number>()
  const routed = readOnly(everything)
    .routes()
    .map(({ method, httpMethod }) => {
      const name = `${method.parent.typeName}.${method.name}`
      const number = (bindings.get(name) ?? 0) + 1
      bindings.set(name, number)
      return `${httpMethod} ${name}${number === 1 ? '' : `_${number}`}`
    })
  expect(described.toSorted()).toEqual(routed.toSorted())
  expect(new Set(operations.map(({ operation: { operationId } }) => operationId)).size).toBe(operations.length)
})

test('a request made from the document reaches the rpc that it names', async () => {
  await serving(readOnly(everything), async (url) => {
    for (const each of operations) {
      const { httpMethod, path, operation } = each
      const method = httpMethod === '*' ? 'PATCH' : httpMethod
      const needed = operation.requestBody?.required ? operation.requestBody.content['application/json'] : undefined
      const body = needed && (needed.schema.type === 'array' ? '[]' : '{}')
      const answer = await fetch(url + fill(each), {
        method,
        ...(body && { body, headers: { 'content-type': 'application/json' } }),
      })
      const { message } = (await answer.json()) as { message: string }
      // If two routes have paths of the same shape, only one can be reached by the path alone.
      const isHidden = operation.operationId.endsWith('MatchService.Rest')
      expect(message, `${method} ${path}`).toBe(isHidden ? 'One' : rpcOf(operation.operationId))
    }
  })
})

/** Every parameter name for a leaf inside a message, with a valid text; a message inside itself is left out. */
function candidates(message: DescMessage, above: readonly DescField[] = []): (readonly DescField[])[] {
  return message.fields.flatMap((field) => {
    const path = [...above, field]
    const isInside =
      field.message === undefined || [message, ...above.map((step) => step.message)].includes(field.message)
    return isInside || path.length > 4 ? [path] : [path, ...candidates(field.message, path)]
  })
}

function textFor(field: DescField): string {
  if (field.enum !== undefined) return '0'
  if (field.message !== undefined) {
    const texts = {
      Timestamp: '2024-05-01T12:30:00Z',
      Duration: '1s',
      FieldMask: 'a',
      BoolValue: 'true',
      BytesValue: 'AQ==',
    }
    return (texts as Record<string, string | undefined>)[field.message.name] ?? '1'
  }
  if (field.scalar === ScalarType.BOOL) return 'true'
  return field.scalar === ScalarType.BYTES ? 'AQ==' : '1'
}

test.each(['json', 'proto'] as const)(
  'the parameters described are those accepted, all of them (%s names)',
  async (names) => {
    const own = operationsOf(describe(everything, { mounts: [{ parameterNames: names }] }))
    const transcoder = readOnly(everything)
    const inputs = new Map(
      transcoder.routes().map(({ method }) => [`${method.parent.typeName}.${method.name}`, method.input]),
    )
    const nameOf = (path: readonly DescField[]) =>
      path.map((field) => (names === 'json' ? field.jsonName : field.name)).join('.')
    let compared = 0
    await serving(transcoder, async (url) => {
      for (const each of own) {
        const { operationId, parameters = [] } = each.operation
        if (operationId.endsWith('MatchService.Rest')) continue
        const possible = candidates(inputs.get(operationId.replace(/_\d+$/, ''))!)
        const refused = new Set<string>()
        // Few at a time, because a response names only a limited number of them.
        for (let start = 0; start < possible.length; start += 15) {
          const few = possible.slice(start, start + 15)
          const query = new URLSearchParams(
            Object.fromEntries(few.map((path) => [nameOf(path), textFor(path.at(-1)!)])),
          )
          // A parameter that no message has, so that every request is refused and the response lists all invalid ones.
          query.append('no.such', '')
          const method = each.httpMethod === '*' ? 'PATCH' : each.httpMethod
          const answer = await fetch(`${url}${fill(each)}?${query}`, { method })
          const { details } = (await answer.json()) as { details: [{ fieldViolations: { field: string }[] }] }
          for (const { field } of details[0].fieldViolations) refused.add(field)
        }
        const accepted = possible.map(nameOf).filter((name) => !refused.has(name))
        const described = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)
        expect(described.toSorted(), operationId).toEqual([...new Set(accepted)].toSorted())
        compared += possible.length
      }
    })
    expect(compared).toBeGreaterThan(1000)
  },
)

test('what the writer of proto JSON writes is what the schemas describe, member by member', () => {
  const judge = schemaJudge(document)
  const registry = createRegistry(DurationSchema)
  const messages = [
    ...new Set(everything.flatMap(({ methods }) => methods.flatMap(({ input, output }) => [input, output]))),
  ]
  for (const message of messages) {
    const schema = schemas()[message.typeName]
    if (schema === undefined) continue // its fields arrive only in the path and the query, or it is a raw body
    fc.assert(
      fc.property(sampleJson(message), (sample) => {
        const written = toJson(message, fromJson(message, sample, { registry }), { registry, alwaysEmitImplicit: true })
        expect(judge({ $ref: `#/components/schemas/${message.typeName}` }, written)).toEqual([])
      }),
      { numRuns: message === AllTypesSchema ? 200 : 20 },
    )
  }
})

test.each([
  ['stringValue', { type: 'string' }],
  ['boolValue', { type: 'boolean' }],
  ['int32Value', { type: 'integer', format: 'int32', minimum: -2147483648, maximum: 2147483647 }],
  ['fixed32Value', { type: 'integer', format: 'uint32', minimum: 0, maximum: 4294967295 }],
  ['sint64Value', { type: 'string', format: 'int64', pattern: '^-?[0-9]{1,19}$', examples: ['42'] }],
  ['uint64Value', { type: 'string', format: 'uint64', pattern: '^[0-9]{1,20}$', examples: ['42'] }],
  [
    'doubleValue',
    {
      anyOf: [
        { type: 'number', format: 'double' },
        { type: 'string', enum: ['NaN', 'Infinity', '-Infinity'] },
      ],
    },
  ],
  ['bytesValue', { type: 'string', contentEncoding: 'base64' }],
  ['kind', { $ref: '#/components/schemas/assay.transcoding.test.v1.Kind' }],
  ['nullValue', { type: 'null' }],
  ['at', { type: 'string', format: 'date-time' }],
  ['lasts', { type: 'string', pattern: '^-?[0-9]{1,12}(\\.[0-9]{1,9})?s$', examples: ['3.5s'] }],
  ['mask', { type: 'string', format: 'google-fieldmask' }],
  ['int64Wrapper', { type: 'string', format: 'int64', pattern: '^-?[0-9]{1,19}$', examples: ['42'] }],
  ['boolWrapper', { type: 'boolean' }],
  ['times', { type: 'array', items: { type: 'string', format: 'date-time' } }],
  ['labels', { type: 'object', additionalProperties: { type: 'string' } }],
  [
    'nestedByNumber',
    {
      type: 'object',
      additionalProperties: { $ref: '#/components/schemas/assay.transcoding.test.v1.Nested' },
      propertyNames: { pattern: '^-?[0-9]+$' },
    },
  ],
  ['struct', { type: 'object', additionalProperties: true }],
  ['anyValue', {}],
  ['listValue', { type: 'array', items: {} }],
  ['empty', { type: 'object' }],
  ['otherName', { type: 'string' }],
])('the schema of %s', (name, schema) => {
  expect(typeSchema(name)).toEqual(schema)
})

test('two members of a oneof do not fit the schema, one does, and it says so', () => {
  expect(typeSchema('choiceText')).toMatchObject({ description: 'Not together with `choiceNumber`, `choiceNested`.' })
  const judge = schemaJudge(document)
  const schema = { $ref: '#/components/schemas/assay.transcoding.test.v1.AllTypes' }
  expect(judge(schema, { choiceText: 'a' })).toEqual([])
  expect(judge(schema, { choiceText: 'a', choiceNumber: 1 })).not.toEqual([])
  expect(judge(schema, { choiceNumber: 1, choiceNested: {} })).not.toEqual([])
})

test('an open enum allows values to come in answers; a parameter takes those of today', () => {
  const open = describe(tested, { isOpenEnum: ({ name }) => name === 'Kind' })
  const judge = schemaJudge(open)
  const kind = { $ref: '#/components/schemas/assay.transcoding.test.v1.Kind' }
  expect([judge(kind, 'KIND_SMALL'), judge(kind, 'KIND_OF_TOMORROW')]).toEqual([[], []])
  expect(judge(kind, 1)).not.toEqual([])
  expect(schemaJudge(document)(kind, 'KIND_OF_TOMORROW')).not.toEqual([])
  const parameter = operation('GET', '/t/types').parameters?.find(({ name }) => name === 'kind')
  expect(parameter?.schema).toEqual({ type: 'string', enum: ['KIND_UNSPECIFIED', 'KIND_SMALL', 'KIND_LARGE'] })
})

test('a variable of several segments is written out, one parameter for each wildcard', () => {
  const { parameters } = operation('GET', '/v1/shelves/{shelvesId}/books/{booksId}')
  expect(parameters).toEqual([
    {
      name: 'shelvesId',
      in: 'path',
      required: true,
      description: 'A part of `name`.',
      schema: { type: 'string', minLength: 1 },
    },
    {
      name: 'booksId',
      in: 'path',
      required: true,
      description: 'A part of `name`.',
      schema: { type: 'string', minLength: 1 },
    },
  ])
})

test('methods of one path shape share a path, whatever their templates call the variables', () => {
  const paths = document.paths as Record<string, JsonObject>
  expect(Object.keys(paths['/v1/shelves/{shelvesId}/books/{booksId}']!)).toEqual(['get', 'patch', 'delete'])
  const shapes = Object.keys(paths).map((path) => path.replaceAll(/\{[^}]*\}/g, '{}'))
  expect(new Set(shapes).size).toBe(shapes.length)
})

test('what OpenAPI has no place for stands beside the rest, by method and template', () => {
  const paths = document.paths as Record<string, Record<string, JsonObject>>
  expect(Object.keys(paths['/m/cache/{a}']!['x-additional-operations']!)).toEqual(['PURGE /m/cache/{a}'])
  expect(Object.keys(paths['/m/any/{a}']!['x-additional-operations']!)).toEqual(['* /m/any/{a}'])
  expect(Object.keys(paths['/m/items/{a}']!['x-additional-operations']!)).toEqual(['GET /m/items/{rest=**}'])
})

test('a whole body leaves out what the path gives; a field is the whole body; no body is none', () => {
  const archive = operation('POST', '/v1/shelves/{shelf}/archive/{year}').requestBody?.content['application/json']
    ?.schema
  expect(archive).toEqual({ type: 'object', properties: { reason: { type: 'string' } } })
  const names = operation('POST', '/v1/shelves/{shelvesId}:move').requestBody?.content['application/json']?.schema
  expect(names).toEqual({ type: 'array', items: { type: 'string' } })
  expect(operation('GET', '/v1/books/{name}').requestBody).toBeUndefined()
})

test('answers: a field, the status of the rpc, none at all, lines, raw bytes', () => {
  const answer = (path: string, status = '200', method = 'GET') => operation(method, path).responses[status]!.content
  expect(answer('/v1/shelves/{shelvesId}/titles')).toEqual({
    'application/json': { schema: { type: 'array', items: { type: 'string' } } },
  })
  expect(answer('/v1/shelves/{shelvesId}/pages')).toEqual({
    'application/json': { schema: { type: 'string', format: 'int64', pattern: '^-?[0-9]{1,19}$', examples: ['42'] } },
  })
  expect(answer('/v1/shelves/{shelvesId}/books', '201', 'POST')).toBeDefined()
  expect(answer('/v1/shelves/{shelvesId}/title', '204', 'PUT')).toBeUndefined()
  expect(answer('/o/count/{to}')).toEqual({
    'application/x-ndjson': {
      schema: {
        anyOf: [
          { $ref: '#/components/schemas/assay.transcoding.test.v1.CountResponse' },
          expect.objectContaining({ properties: { error: { $ref: '#/components/schemas/google.rpc.Status' } } }),
        ],
      },
    },
  })
  const binary = { schema: { type: 'string', format: 'binary' } }
  expect(answer('/f/streams/{name}')).toEqual({ 'application/zip': binary })
  expect(answer('/f/field/{name}')).toEqual({ '*/*': binary })
  expect(answer('/f/whole/{name}')).toEqual({ 'application/json': { schema: {} } })
  expect(operation('PUT', '/f/files/{name}').requestBody).toEqual({
    content: { 'application/pdf': binary, 'image/*': binary },
  })
  expect(operation('POST', '/f/whole').requestBody).toEqual({ content: { '*/*': binary } })
})

test('messages inside themselves are listed once, and the rest is said and accepted', async () => {
  const { parameters = [], description } = operation('GET', '/v1/shelves/{shelvesId}/books')
  expect(parameters.map(({ name }) => name)).toEqual([
    'shelvesId',
    'pageSize',
    'pageToken',
    'filter.author',
    'filter.tags',
  ])
  expect(description).toBe('Parameters nest: `filter.and.*` stands for `filter.*` once more.')
  await serving(readOnly(tested), async (url) => {
    const answer = await fetch(`${url}/v1/shelves/1/books?filter.and.and.author=x`)
    expect(((await answer.json()) as { message: string }).message).toBe('ListBooks')
  })
})

test('comments become descriptions, the first sentence a summary, their examples examples', () => {
  const list = operation('GET', '/v1/shelves/{shelvesId}/titles')
  expect(list.summary).toBe('The list itself is the body')
  expect(list.description).toMatch(/^The list itself is the body\.\n\n/)
  expect(operation('GET', '/o/wait').summary).toBe('Wait')
  const described = schemas()['assay.transcoding.test.v1.FileSummary']!.properties as Record<string, JsonObject>
  expect(described.messages!.description).toBe('The number of messages received; more than one only from a stream.')
  const pieces = operation('GET', '/f/whole/{name}').parameters?.find(({ name }) => name === 'pieces')
  expect(pieces?.description).toBe('Pieces in which a stream sends the bytes; 0 means 3.')
})

test('without proto files the document is the same, but for what comments say', async () => {
  const bare = describe(tested, { files: [] })
  const findings = await findingsOf({ ...bare, security: [] })
  expect(findings.filter((finding) => !finding.startsWith('tag-description'))).toEqual([])
  const silent = (of: JsonObject) =>
    JSON.stringify(of, (key, value) =>
      key === 'description' || key === 'summary' || key === 'examples' ? undefined : value,
    )
  expect(silent(bare)).toBe(silent(describe(tested)))
})

test('each mount has its own error document and its own names of parameters', () => {
  const transcoder = createTranscoder({
    mounts: [
      { handlers: unimplemented([LibraryService]), prefix: '/beta' },
      { handlers: unimplemented([FilesService]) },
    ],
  })
  const problem = {
    name: 'Problem',
    description: 'It failed.',
    schema: { type: 'object', properties: { title: { type: 'string' } } },
  }
  const own = openApiDocument(transcoder.routes(), {
    info,
    files,
    mounts: [{ parameterNames: 'proto', error: problem }],
  })
  const placed = (path: string) => operationsOf(own).find((each) => each.path === path)?.operation
  const beta = placed('/beta/v1/shelves/{shelvesId}/books')
  expect(beta?.responses.default).toEqual({ $ref: '#/components/responses/Problem' })
  expect(beta?.parameters?.map(({ name }) => name)).toContain('page_token')
  expect(placed('/f/whole')?.responses.default).toEqual({ $ref: '#/components/responses/google.rpc.Status' })
  expect(Object.keys((own.components as { responses: JsonObject }).responses)).toEqual(['Problem', 'google.rpc.Status'])
})

test('limits that types do not tell stand in the schemas of parameters and members', () => {
  const limited = describe(tested, {
    limitsOf: ({ name }) =>
      name === 'page_size'
        ? { minimum: 0 }
        : name === 'kind'
          ? { without: ['KIND_UNSPECIFIED'] }
          : name === 'kinds'
            ? { items: { without: ['KIND_UNSPECIFIED'] }, maxItems: 3 }
            : name === 'int32_value'
              ? { orZero: true, minimum: 2, maximum: 9 }
              : name === 'any_value'
                ? { type: 'object', required: true }
                : undefined,
  })
  const { properties, required } = (
    limited.components as { schemas: Record<string, { properties: Record<string, JsonObject>; required?: string[] }> }
  ).schemas[AllTypesSchema.typeName]!
  expect(properties.anyValue).toMatchObject({ type: 'object' })
  expect(required).toEqual(['anyValue'])
  expect(properties.int32Value).toMatchObject({ type: 'integer', anyOf: [{ const: 0 }, { minimum: 2, maximum: 9 }] })
  expect(properties.kind).toMatchObject({ $ref: expect.any(String), not: { enum: ['KIND_UNSPECIFIED'] } })
  expect(properties.kinds).toMatchObject({ maxItems: 3, items: { not: { enum: ['KIND_UNSPECIFIED'] } } })
  const list = operationsOf(limited).find(({ path }) => path === '/v1/shelves/{shelvesId}/books')
  expect(list?.operation.parameters?.find(({ name }) => name === 'pageSize')?.schema).toMatchObject({ minimum: 0 })
})
