import { FieldBehavior, field_behavior } from '@assay/contracts/google/api/field_behavior_pb'
import { type DescField, type DescMessage, getOption, type JsonValue, ScalarType } from '@bufbuild/protobuf'
import fc from 'fast-check'

/**
 * Generates proto JSON of a message, for tests: every kind of field, each present or left out. Required fields are never left
 * out, and at most one member of a oneof is present.
 */
export function sampleJson(message: DescMessage, depth = 2): fc.Arbitrary<JsonValue> {
  const known = wellKnown(message.typeName)
  if (known !== undefined) return known
  const members = message.members.map((member) => {
    if (member.kind === 'field') {
      const isRequired = getOption(member, field_behavior).includes(FieldBehavior.REQUIRED)
      const value = fieldJson(member, isRequired ? Math.max(depth, 1) : depth)
      return (isRequired ? value : fc.option(value, { nil: undefined })).map((given) => entry(member, given))
    }
    const chosen = member.fields.map((field) => fieldJson(field, depth).map((value) => entry(field, value)))
    return fc.oneof(fc.constant([]), ...chosen)
  })
  return fc.tuple(...members).map((entries) => Object.fromEntries(entries.flat()))
}

function entry(field: DescField, value: JsonValue | undefined): [string, JsonValue][] {
  return value === undefined ? [] : [[field.jsonName, value]]
}

function fieldJson(field: DescField, depth: number): fc.Arbitrary<JsonValue | undefined> {
  const value = elementJson(field, depth)
  if (value === undefined) return fc.constant(undefined)
  if (field.fieldKind === 'list') return fc.array(value, { maxLength: 2 })
  if (field.fieldKind !== 'map') return value
  const keys =
    field.mapKey === ScalarType.STRING ? fc.string({ unit: 'grapheme' }) : fc.integer({ min: -5, max: 5 }).map(String)
  return fc.dictionary(keys, value, { maxKeys: 2 })
}

function elementJson(field: DescField, depth: number): fc.Arbitrary<JsonValue> | undefined {
  if (field.message !== undefined)
    return depth > 0 || wellKnown(field.message.typeName) !== undefined
      ? sampleJson(field.message, depth - 1)
      : undefined
  if (field.enum !== undefined) {
    if (field.enum.typeName === 'google.protobuf.NullValue') return fc.constant(null)
    return fc.constantFrom(...field.enum.values.map((value) => value.jsonName))
  }
  return scalarJson(field.scalar!)
}

function scalarJson(scalar: ScalarType): fc.Arbitrary<JsonValue> {
  switch (scalar) {
    case ScalarType.STRING:
      return fc.string({ unit: 'grapheme' })
    case ScalarType.BOOL:
      return fc.boolean()
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('base64'))
    case ScalarType.FLOAT:
      return fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), notFinite)
    case ScalarType.DOUBLE:
      return fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), notFinite)
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.nat(0xffffffff)
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String)
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return fc.bigInt(0n, 2n ** 64n - 1n).map(String)
    default:
      return fc.integer()
  }
}

const notFinite = fc.constantFrom('NaN', 'Infinity', '-Infinity')
const anyJson = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>
const anyObject = fc.dictionary(fc.string(), anyJson, { maxKeys: 2 })

function wellKnown(typeName: string): fc.Arbitrary<JsonValue> | undefined {
  switch (typeName) {
    case 'google.protobuf.Timestamp':
      return fc
        .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString())
    case 'google.protobuf.Duration':
      return fc.integer({ min: -1_000_000, max: 1_000_000 }).map((ms) => `${ms / 1000}s`)
    case 'google.protobuf.FieldMask':
      return fc.constantFrom('', 'a', 'a,bC', 'a.b')
    case 'google.protobuf.Struct':
      return anyObject
    case 'google.protobuf.Value':
      return anyJson
    case 'google.protobuf.ListValue':
      return fc.array(anyJson, { maxLength: 2 })
    case 'google.protobuf.Empty':
      return fc.constant({})
    case 'google.protobuf.Any':
      return fc.constant({ '@type': 'type.googleapis.com/google.protobuf.Duration', value: '1s' })
    default:
      return wrappers[typeName] === undefined ? undefined : scalarJson(wrappers[typeName])
  }
}

const wrappers: Readonly<Record<string, ScalarType | undefined>> = {
  'google.protobuf.StringValue': ScalarType.STRING,
  'google.protobuf.BytesValue': ScalarType.BYTES,
  'google.protobuf.BoolValue': ScalarType.BOOL,
  'google.protobuf.Int32Value': ScalarType.INT32,
  'google.protobuf.UInt32Value': ScalarType.UINT32,
  'google.protobuf.Int64Value': ScalarType.INT64,
  'google.protobuf.UInt64Value': ScalarType.UINT64,
  'google.protobuf.FloatValue': ScalarType.FLOAT,
  'google.protobuf.DoubleValue': ScalarType.DOUBLE,
}
