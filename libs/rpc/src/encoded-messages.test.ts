import { create, fromJson, toBinary } from '@bufbuild/protobuf'
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  ListValueSchema,
  TypeSchema,
  ValueSchema,
} from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { encodeAnswer, keepEncoded } from './encoded-messages.ts'

test('an answer that holds kept messages has the bytes that it would have without', () => {
  const values = ['kept', { a: [1, null] }, 'not kept', ''].map((json) => fromJson(ValueSchema, json))
  for (const value of values.slice(0, 2)) keepEncoded(ValueSchema, value)
  const answer = create(ListValueSchema, { values })
  answer.$unknown = [{ no: 7, wireType: 0, data: Uint8Array.of(5) }]
  expect(encodeAnswer(ListValueSchema, answer)).toEqual(toBinary(ListValueSchema, answer))
  expect(answer.values).toHaveLength(4)
})

test('the same where fields know whether they are set', () => {
  const file = create(FileDescriptorProtoSchema, { name: 'kept.proto', weakDependency: [1, 2] })
  keepEncoded(FileDescriptorProtoSchema, file)
  const answer = create(FileDescriptorSetSchema, { file: [create(FileDescriptorProtoSchema), file] })
  expect(encodeAnswer(FileDescriptorSetSchema, answer)).toEqual(toBinary(FileDescriptorSetSchema, answer))
})

test('what is kept is what is written, and nothing of it is encoded again', () => {
  const value = fromJson(ValueSchema, 'as it was')
  keepEncoded(ValueSchema, value)
  const before = encodeAnswer(ListValueSchema, create(ListValueSchema, { values: [value] }))
  value.kind = { case: 'boolValue', value: true }
  expect(encodeAnswer(ListValueSchema, create(ListValueSchema, { values: [value] }))).toEqual(before)
})

test('an answer without a message in its first field is encoded as ever', () => {
  const answer = create(TypeSchema, { name: 'assay.Type', fields: [{ name: 'one' }] })
  expect(encodeAnswer(TypeSchema, answer)).toEqual(toBinary(TypeSchema, answer))
})
