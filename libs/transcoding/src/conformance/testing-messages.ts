import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf'
import fc from 'fast-check'

interface JsonShape {
  /** Fields that are left out, at every depth. */
  readonly without?: (field: DescField) => boolean
  /** The depth of nested messages; 2 by default. */
  readonly depth?: number
  /** The values of string fields; by default anything that such a field may contain. */
  readonly text?: fc.Arbitrary<string>
}

/** Proto JSON of a message as toJson would write it, with any fields set and at most one of each oneof. */
export function jsonOf(desc: DescMessage, shape: JsonShape = {}): fc.Arbitrary<JsonObject> {
  const { depth = 2, without } = shape
  const records = desc.members.map((member): fc.Arbitrary<JsonObject> => {
    const choices = (member.kind === 'oneof' ? member.fields : [member]).filter((field) => without?.(field) !== true)
    const values = choices.flatMap((field) => {
      const value = fieldJson(field, { ...shape, depth })
      return value === undefined ? [] : [value.map((json) => ({ [field.jsonName]: json }))]
    })
    return values.length === 0 ? fc.constant({}) : fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, ...values)
  })
  return fc.tuple(...records).map((parts): JsonObject => Object.assign({}, ...parts))
}

/** Undefined if messages would nest too deep, or for types that have no JSON without a registry. */
function fieldJson(field: DescField, shape: JsonShape): fc.Arbitrary<JsonValue> | undefined {
  const single = valueJson(field, shape)
  if (single === undefined) return undefined
  if (field.fieldKind === 'list') return fc.array(single, { minLength: 1, maxLength: 3 })
  if (field.fieldKind !== 'map') return single
  const key = field.mapKey === ScalarType.STRING ? textOf(shape) : fc.integer({ min: -5, max: 99 }).map(String)
  return fc.dictionary(key, single, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
}

function valueJson(field: DescField, shape: JsonShape): fc.Arbitrary<JsonValue> | undefined {
  if (field.enum !== undefined) return enumJson(field.enum)
  if (field.message === undefined) return scalarJson(field.scalar!, shape)
  const { message } = field
  if (message.typeName.startsWith('google.protobuf.')) return wellKnownJson(message, shape)
  const depth = (shape.depth ?? 2) - 1
  return depth < 0 ? undefined : jsonOf(message, { ...shape, depth })
}

function enumJson(desc: DescEnum): fc.Arbitrary<JsonValue> {
  if (desc.typeName === 'google.protobuf.NullValue') return fc.constant(null)
  return fc.constantFrom<JsonValue>(...desc.values.map(({ name }) => name), 77, -3)
}

/** Text that is hard to write in a URL, and any other Unicode text. */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => text.isWellFormed() && !text.includes('\0')),
  fc.constantFrom(
    '',
    ' ',
    '+',
    '%',
    '%2F',
    '%2f',
    '/',
    'a/b',
    '..',
    ':cancel',
    'a:do',
    '"\\',
    '\u2028',
    '😀',
    '__proto__',
  ),
)

function textOf({ text }: JsonShape): fc.Arbitrary<string> {
  return text ?? anyText
}

function scalarJson(scalar: ScalarType, shape: JsonShape): fc.Arbitrary<JsonValue> {
  switch (scalar) {
    case ScalarType.STRING:
      return textOf(shape)
    case ScalarType.BOOL:
      return fc.boolean()
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64'))
    case ScalarType.DOUBLE:
      return fc.double().map(numberJson)
    case ScalarType.FLOAT:
      return fc.float().map(numberJson)
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.integer({ min: 0, max: 2 ** 32 - 1 })
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)
    default:
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
  }
}

/** JSON.stringify has no -0. */
function numberJson(value: number): JsonValue {
  if (value === 0) return 0
  return Number.isFinite(value) ? value : String(value)
}

const seconds = fc.integer({ min: -1_000_000, max: 1_000_000 })

function wellKnownJson(desc: DescMessage, shape: JsonShape): fc.Arbitrary<JsonValue> | undefined {
  switch (desc.typeName) {
    case 'google.protobuf.Timestamp':
      return fc
        .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
        .map((date) => date.toISOString())
    case 'google.protobuf.Duration':
      return seconds.map((count) => `${count}${count % 2 === 0 ? '' : '.250'}s`)
    case 'google.protobuf.FieldMask':
      return fc
        .array(fc.constantFrom('title', 'pageSize', 'book.coverUrl'), { maxLength: 3 })
        .map((paths) => paths.join(','))
    case 'google.protobuf.Empty':
      return fc.constant({})
    case 'google.protobuf.Struct':
      return fc.dictionary(textOf(shape), plainJson, { maxKeys: 3, noNullPrototype: true })
    case 'google.protobuf.Value':
      return plainJson
    case 'google.protobuf.ListValue':
      return fc.array(plainJson, { maxLength: 3 })
    case 'google.protobuf.Any':
      return undefined
    default:
      return scalarJson(desc.fields[0]!.scalar!, shape)
  }
}

const plainJson: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(null, true, false, 1.5, 'text', [], [1, 'two', null]),
  anyText.map((text): JsonValue => ({ inner: text })),
)
