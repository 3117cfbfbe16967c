import { BookSchema } from '@assay/contracts/assay/transcoding/test/v1/library_service_pb'
import { AllTypesSchema } from '@assay/contracts/assay/transcoding/test/v1/types_service_pb'
import {
  create,
  equals,
  fromJson,
  type JsonValue,
  type JsonWriteOptions,
  type MessageShape,
  toJson,
} from '@bufbuild/protobuf'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonOf } from './conformance/testing-messages.ts'
import { plainReader } from './plain-reader.ts'
import { messageWriter } from './plain-writer.ts'

const allTypes = jsonOf(AllTypesSchema)
/** A few fields at a time, because one field that is not plain leaves all fields to the strict reader. */
const fewFields = fc
  .tuple(allTypes, fc.infiniteStream(fc.nat(7)))
  .map(([json, keep]) => Object.fromEntries(Object.entries(json).filter(() => keep.next().value === 0)))
const readAllTypes = plainReader(AllTypesSchema)

test('what the plain reader reads, the library reads to the same message', () => {
  let count = 0
  const mutated = fc.tuple(fewFields, fc.jsonValue({ maxDepth: 2 }), fc.nat(60)).map(([json, value, at]) => {
    const field = AllTypesSchema.fields[at]
    return field === undefined ? json : { ...json, [field.jsonName]: value as JsonValue }
  })
  fc.assert(
    fc.property(fc.oneof(fewFields, mutated), (json) => {
      const message = readAllTypes(json, true)
      if (message === undefined) return
      count++
      expect(
        equals(AllTypesSchema, message as MessageShape<typeof AllTypesSchema>, fromJson(AllTypesSchema, json)),
      ).toBe(true)
    }),
    { numRuns: 2000, seed: 5 },
  )
  expect(count).toBeGreaterThan(400)
})

test('plain JSON is read by the plain reader', () => {
  const book = jsonOf(BookSchema)
  const read = plainReader(BookSchema)
  fc.assert(
    fc.property(book, (json) => {
      const message = read(json, false)
      expect(
        message !== undefined ||
          JSON.stringify(json).includes('"genre":77') ||
          /"-?\d{19}"|-3/.test(JSON.stringify(json)),
      ).toBe(true)
    }),
    { numRuns: 300, seed: 5 },
  )
})

test.each<JsonValue>([
  null,
  [],
  'text',
  { unknown: 1 },
  { string_value: 'by its proto name' },
  { stringValue: 1 },
  { stringValue: null },
  { stringValue: 'a\0b' },
  { int32Value: 1.5 },
  { int32Value: 2147483648 },
  { int32Value: '1e2' },
  { uint32Value: -1 },
  { int64Value: 2 ** 60 },
  { int64Value: ' 1' },
  { uint64Value: '-1' },
  { kind: 'KIND_NONE' },
  { kind: 1.5 },
  { at: '2024-13-01T00:00:00Z' },
  { bytesValue: '*' },
  { doubleValue: ' 1' },
  { floatValue: 1e39 },
  { flags: [true, null] },
  { labels: { a: null } },
  { choiceText: 'a', choiceNumber: 1 },
  { nested: [] },
  { struct: {} },
])('the plain reader leaves %j to the strict one', (json) => {
  expect(readAllTypes(json, true)).toBeUndefined()
})

test.each<Partial<JsonWriteOptions>>([
  {},
  { alwaysEmitImplicit: true },
  { useProtoFieldName: true, enumAsInteger: true },
  { alwaysEmitImplicit: true, enumAsInteger: true },
])('the writer writes what the library writes, with %j', (options) => {
  const write = messageWriter(AllTypesSchema, options)
  fc.assert(
    fc.property(allTypes, (json) => {
      const message = fromJson(AllTypesSchema, json)
      expect(write(message)).toBe(JSON.stringify(toJson(AllTypesSchema, message, options)))
    }),
    { numRuns: 500, seed: 7 },
  )
})

test('a handler that answers a wrong type gets the words of the library', () => {
  const message = create(BookSchema, { title: 7 as unknown as string })
  expect(() => messageWriter(BookSchema, {})(message)).toThrow(/title/)
})
