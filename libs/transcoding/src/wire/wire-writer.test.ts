import { BookSchema, ListBooksResponseSchema } from '@assay/contracts/assay/transcoding/test/v1/library_service_pb'
import { AllTypesSchema } from '@assay/contracts/assay/transcoding/test/v1/types_service_pb'
import {
  create,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonWriteOptions,
  type MessageShape,
  toBinary,
  toJson,
} from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonOf } from '../conformance/testing-messages.ts'
import { wireWriter } from './wire-writer.ts'

const options = { alwaysEmitImplicit: true }
const allTypes = jsonOf(AllTypesSchema)

function byLibrary(desc: DescMessage, wire: Uint8Array, given: Partial<JsonWriteOptions> = options): string {
  return JSON.stringify(toJson(desc, fromBinary(desc, wire), given))
}

test.each<Partial<JsonWriteOptions>>([options, { ...options, useProtoFieldName: true, enumAsInteger: true }])(
  'writes from the wire what the library writes from the message, with %j',
  (given) => {
    const write = wireWriter(AllTypesSchema, given)
    let written = 0
    fc.assert(
      fc.property(allTypes, (json) => {
        const wire = Buffer.from(toBinary(AllTypesSchema, fromJson(AllTypesSchema, json)))
        const text = write(wire)?.toString()
        if (text === undefined) return
        written++
        expect(text).toBe(byLibrary(AllTypesSchema, wire, given))
      }),
      { numRuns: 1000, seed: 11 },
    )
    expect(written).toBeGreaterThan(700)
  },
)

test('writes one field alone where the answer is one', () => {
  for (const field of AllTypesSchema.fields.filter(({ oneof }) => oneof === undefined)) {
    const write = wireWriter(AllTypesSchema, options, { only: { field, absent: '"nothing"' } })
    fc.assert(
      fc.property(allTypes, (json) => {
        const message = fromJson(AllTypesSchema, json)
        const text = write(Buffer.from(toBinary(AllTypesSchema, message)))
        if (text === undefined) return
        const whole = toJson(AllTypesSchema, message, { ...options, alwaysEmitImplicit: false }) as Record<
          string,
          unknown
        >
        const value = whole[field.jsonName]
        expect(text.toString()).toBe(value === undefined ? '"nothing"' : byField(message, field.jsonName))
      }),
      { numRuns: 60, seed: 12 },
    )
  }
})

function byField(message: MessageShape<typeof AllTypesSchema>, jsonName: string): string {
  const whole = toJson(AllTypesSchema, message, options) as Record<string, unknown>
  return JSON.stringify(whole[jsonName])
}

test('bytes that are broken, cut or shuffled give what the library gives, or are left to it', () => {
  const write = wireWriter(AllTypesSchema, options)
  let [written, left] = [0, 0]
  const damage = fc.array(fc.record({ at: fc.nat(), value: fc.nat(255), cut: fc.boolean() }), { maxLength: 2 })
  fc.assert(
    fc.property(allTypes, damage, (json, wounds) => {
      let wire = Buffer.from(toBinary(AllTypesSchema, fromJson(AllTypesSchema, json)))
      for (const { at, value, cut } of wounds.filter(() => wire.length > 0)) {
        if (cut) wire = wire.subarray(0, at % wire.length)
        else wire[at % wire.length] = value
      }
      const text = write(wire)?.toString()
      if (text === undefined) left++
      else {
        written++
        expect(text).toBe(byLibrary(AllTypesSchema, wire))
      }
    }),
    { numRuns: 5000, seed: 13 },
  )
  expect(Math.min(written, left)).toBeGreaterThan(500)
})

test('writes every character as JSON.stringify does', () => {
  const write = wireWriter(BookSchema, options)
  const control = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)).join('')
  for (const title of [control, '\u2028\u2029', '😀 and "quotes" \\', 'x'.repeat(200_000), '\n'.repeat(70_000)]) {
    const wire = Buffer.from(toBinary(BookSchema, create(BookSchema, { title })))
    expect(write(wire)?.toString()).toBe(byLibrary(BookSchema, wire))
  }
})

test('a large answer leaves nothing in the small one after it', () => {
  const write = wireWriter(BookSchema, options)
  const large = Buffer.from(toBinary(BookSchema, create(BookSchema, { title: 'x'.repeat(3_000_000) })))
  const small = Buffer.from(toBinary(BookSchema, create(BookSchema, { title: 'y' })))
  const first = write(large)
  expect(write(small)?.toString()).toBe(byLibrary(BookSchema, small))
  expect(first?.length).toBeGreaterThan(3_000_000)
  expect(first?.toString()).toBe(byLibrary(BookSchema, large))
})

test.each<[string, Buffer]>([
  [
    'a field twice',
    wireOf((wire) => wire.tag(1, WireType.LengthDelimited).string('a').tag(1, WireType.LengthDelimited).string('b')),
  ],
  ['an unknown field', wireOf((wire) => wire.tag(999, WireType.Varint).uint32(1))],
  ['a string that is no UTF-8', wireOf((wire) => wire.tag(1, WireType.LengthDelimited).bytes(Uint8Array.of(0xff)))],
  ['a field of another wire type', wireOf((wire) => wire.tag(1, WireType.Varint).uint32(1))],
])('leaves %s to the library', (_, wire) => {
  expect(wireWriter(AllTypesSchema, options)(wire)).toBeUndefined()
})

test('without empty fields it leaves everything to the library', () => {
  expect(wireWriter(BookSchema, {})(Buffer.alloc(0))).toBeUndefined()
})

function wireOf(write: (wire: BinaryWriter) => BinaryWriter): Buffer {
  return Buffer.from(write(new BinaryWriter()).finish())
}

test('messages that were written before are written as they are, however little they differ', () => {
  const write = wireWriter(ListBooksResponseSchema, options)
  const lines = 'a line like the others, '.repeat(30)
  const page = (titles: readonly string[]) =>
    Buffer.from(
      toBinary(
        ListBooksResponseSchema,
        create(ListBooksResponseSchema, { books: titles.map((title) => ({ name: 'books/1', title })) }),
      ),
    )
  const check = (wire: Buffer) => expect(write(wire)?.toString()).toBe(byLibrary(ListBooksResponseSchema, wire))
  for (let place = 0; place < lines.length; place++) {
    const wire = page([lines, `${lines.slice(0, place)}X${lines.slice(place + 1)}`, lines])
    for (let time = 0; time < 3; time++) check(wire)
  }
  // The same bytes read as another type, and text that is not UTF-8 after a known field.
  const asBook = wireWriter(BookSchema, options)
  const book = page([lines]).subarray(3)
  expect(asBook(book)?.toString()).toBe(byLibrary(BookSchema, book))
  const broken = page([lines])
  broken[broken.length - 5] = 0xff
  expect(write(broken)).toBeUndefined()
  check(page([lines]))
})
