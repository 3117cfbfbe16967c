import { NullMembersSchema, NullsService } from '@assay/contracts/assay/transcoding/test/v1/types_service_pb'
import { create, fromJson, type JsonObject, toBinary, toJson } from '@bufbuild/protobuf'
import type { ConnectRouter } from '@connectrpc/connect'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withNulls } from './absent-members.ts'
import { jsonOf } from './conformance/testing-messages.ts'
import { HttpRuleSchema } from './generated/google/api/http_pb.js'
import { createTranscoder, openApiDocument, TranscodingRuleError } from './index.ts'
import { messageWriter } from './plain-writer.ts'
import { wireWriter } from './wire/wire-writer.ts'

const options = { alwaysEmitImplicit: true }

test('absent members are null where the proto says so, in the order of the fields', () => {
  const empty = '{"text":"","name":null,"nested":null,"inner":null,"words":[],"nulls":null,"byName":null,"struct":null'
  const expected = `${empty},"anyValue":null,"at":null,"count":null,"nothing":null}`
  expect(messageWriter(NullMembersSchema, options)(create(NullMembersSchema))).toBe(expected)
  const wire = Buffer.from(toBinary(NullMembersSchema, create(NullMembersSchema)))
  expect(wireWriter(NullMembersSchema, options)(wire)?.toString()).toBe(expected)
})

test('where members have the names of the proto, the absent ones have them too', () => {
  const written = withNulls(NullMembersSchema, { any_value: 1 }, { useProtoFieldName: true })
  expect(written).toMatchObject({ any_value: 1, by_name: null, name: null })
  expect(written).not.toHaveProperty('byName')
})

test('members that are there are as ever, and those inside them too', () => {
  const given: JsonObject = {
    leftOut: '',
    inner: { name: '', words: ['a'] },
    nulls: [{ count: 0 }],
    byName: { x: { choiceText: '' } },
    struct: { list: [null, 1.5, { deep: true }], empty: {}, none: [] },
    anyValue: null,
  }
  const message = fromJson(NullMembersSchema, given)
  const written = JSON.parse(messageWriter(NullMembersSchema, options)(message)) as JsonObject
  expect(written).toMatchObject({ leftOut: '', struct: given.struct, anyValue: null, name: null })
  expect(written.inner).toMatchObject({ name: '', words: ['a'], count: null, nulls: null })
  expect(written.nulls).toMatchObject([{ count: 0, name: null }])
  expect(written.byName).toMatchObject({ x: { choiceText: '', name: null } })
})

test('bytes, messages and the library give the same text', () => {
  const fromWire = wireWriter(NullMembersSchema, options)
  const plain = messageWriter(NullMembersSchema, options)
  let written = 0
  fc.assert(
    fc.property(jsonOf(NullMembersSchema), (json) => {
      const message = fromJson(NullMembersSchema, json)
      const expected = JSON.stringify(
        withNulls(NullMembersSchema, toJson(NullMembersSchema, message, options), options),
      )
      expect(plain(message)).toBe(expected)
      const text = fromWire(Buffer.from(toBinary(NullMembersSchema, message)))?.toString()
      if (text === undefined) return
      written++
      expect(text).toBe(expected)
    }),
    { numRuns: 500, seed: 21 },
  )
  expect(written).toBeGreaterThan(400)
})

const handlers = (router: ConnectRouter) => void router.service(NullsService, { echoNulls: (request) => request })

test('each rule of a service is served in every form of its paths', () => {
  const served = createTranscoder({ mounts: [{ handlers }] })
    .routes()
    .map(({ httpMethod, template, body }) => [httpMethod, template, body].join(' ').trim())
  expect(served).toEqual([
    'POST /two/nulls *',
    'POST /three/nulls *',
    'POST /nulls/one *',
    'GET /two/nulls/{text}/again',
    'GET /three/nulls/{text}/again',
    'GET /nulls/one/{text}/again',
  ])
})

test('a rule outside of the prefix of the forms is refused when the rules are compiled', () => {
  const selector = `${NullsService.typeName}.EchoNulls`
  const rule = create(HttpRuleSchema, { selector, pattern: { case: 'get', value: '/four/nulls' } })
  const make = () => createTranscoder({ mounts: [{ handlers, rules: [rule] }] })
  expect(make).toThrow(TranscodingRuleError)
  expect(make).toThrow(/begin with "\/two\/"/)
})

test('the description says which members may be null', () => {
  const routes = createTranscoder({ mounts: [{ handlers }] }).routes()
  const document = openApiDocument(routes, { info: { title: 'Nulls', version: '1' }, files: [] })
  const { schemas } = document.components as { schemas: Record<string, { properties: Record<string, JsonObject> }> }
  const { name, leftOut, nulls, text } = schemas['assay.transcoding.test.v1.NullMembers']?.properties ?? {}
  expect(name).toEqual({ anyOf: [{ type: 'string' }, { type: 'null' }] })
  expect(nulls?.anyOf).toContainEqual({ type: 'null' })
  expect([text, leftOut]).toEqual([{ type: 'string' }, { type: 'string' }])
})
