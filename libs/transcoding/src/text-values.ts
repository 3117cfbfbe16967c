import type { DescEnum, DescField, DescMessage, JsonValue } from '@bufbuild/protobuf'
import { ScalarType } from '@bufbuild/protobuf'
import { messageOf, scalarOf } from './message-fields.ts'
import { listed } from './violations.ts'

/** A text as proto JSON, or why it is invalid. */
type TextValue = { readonly json: JsonValue } | { readonly problem: string }

/** A leaf: one scalar, one enum, or one message whose JSON is a single text. */
export type LeafType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarType }
  | { readonly kind: 'enum'; readonly enum: DescEnum }
  | { readonly kind: 'message'; readonly message: DescMessage }

/** Describes what the value of a field must be if that is narrower than its type; undefined for all other fields. */
export type FieldDescriber = (field: DescField) => string | undefined

/** The type of one value of a field; for a list, the type of its elements. */
export function leafType(field: DescField): LeafType {
  const kind = field.fieldKind === 'list' ? field.listKind : field.fieldKind
  if (kind === 'enum' && field.enum !== undefined) return { kind, enum: field.enum }
  if (kind === 'message') return { kind, message: messageOf(field) }
  if (kind === 'scalar') return { kind, scalar: scalarOf(field) }
  throw new Error(`${field.toString()} is no leaf`)
}

/**
 * Turns text from the path or the query into the JSON of a leaf. It converts what proto JSON does not accept as text: a bool,
 * the number of an enum, and a FieldMask that is not in camel case. The parser checks ranges.
 */
export function readText(type: LeafType, text: string): TextValue {
  if (type.kind === 'enum') return readEnum(type.enum, text)
  if (type.kind === 'scalar') return readScalar(type.scalar, text)
  const inner = wrapped(type.message)
  if (inner !== undefined) return readScalar(inner, text)
  if (text.includes('\0')) return { problem: containsNul }
  if (type.message.typeName === 'google.protobuf.FieldMask') return { json: camelCaseMask(text) }
  if (isTimestamp(type.message) && !namesRealDay(text)) return { problem: describeLeaf(type) }
  return { json: text }
}

export function isTimestamp({ typeName }: DescMessage): boolean {
  return typeName === 'google.protobuf.Timestamp'
}

/** Whether the day of an RFC 3339 time exists: the platform and the protobuf parser read the 30th of February as the 1st of March. */
export function namesRealDay(time: string): boolean {
  const [, day] = /^(\d{4}-\d\d-\d\d)/.exec(time) ?? []
  if (day === undefined) return true // the parser refuses it
  const midnight = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
}

function readScalar(scalar: ScalarType, text: string): TextValue {
  switch (scalar) {
    case ScalarType.STRING:
      return text.includes('\0') ? { problem: containsNul } : { json: text }
    case ScalarType.BOOL:
      return text === 'true' || text === 'false' ? { json: text === 'true' } : { problem: describeScalar(scalar) }
    case ScalarType.BYTES:
      return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) ? { json: text } : { problem: describeScalar(scalar) }
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$|^NaN$|^-?Infinity$/.test(text)
        ? { json: text }
        : { problem: describeScalar(scalar) }
    default:
      return /^-?\d+$/.test(text) ? { json: text } : { problem: describeScalar(scalar) }
  }
}

function readEnum(desc: DescEnum, text: string): TextValue {
  if (desc.typeName === 'google.protobuf.NullValue' && text === 'null') return { json: null }
  if (/^-?\d{1,11}$/.test(text)) return { json: Number(text) }
  return isEnumName(desc, text) ? { json: text } : { problem: describeEnum(desc) }
}

/** Turns the proto names in a FieldMask into JSON names; both are accepted, for each path of the mask. */
export function camelCaseMask(mask: string): string {
  return mask.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

export function isEnumName(desc: DescEnum, name: string): boolean {
  return desc.values.some((value) => value.name === name || value.jsonName === name)
}

export const containsNul = 'must not contain U+0000'
export const isIllFormed = 'must be Unicode; it holds half of a surrogate pair'

/** The scalar of a wrapper such as google.protobuf.Int32Value; undefined for every other message. */
export function wrapped(message: DescMessage): ScalarType | undefined {
  return wrappers.get(message.typeName)
}

const wrappers: ReadonlyMap<string, ScalarType> = new Map([
  ['google.protobuf.StringValue', ScalarType.STRING],
  ['google.protobuf.BytesValue', ScalarType.BYTES],
  ['google.protobuf.BoolValue', ScalarType.BOOL],
  ['google.protobuf.Int32Value', ScalarType.INT32],
  ['google.protobuf.UInt32Value', ScalarType.UINT32],
  ['google.protobuf.Int64Value', ScalarType.INT64],
  ['google.protobuf.UInt64Value', ScalarType.UINT64],
  ['google.protobuf.FloatValue', ScalarType.FLOAT],
  ['google.protobuf.DoubleValue', ScalarType.DOUBLE],
])

/** Describes what a value of this type must look like, for the client that sent another. */
export function describeLeaf(type: LeafType): string {
  if (type.kind === 'enum') return describeEnum(type.enum)
  if (type.kind === 'scalar') return describeScalar(type.scalar)
  const inner = wrapped(type.message)
  if (inner !== undefined) return describeScalar(inner)
  switch (type.message.typeName) {
    case 'google.protobuf.Timestamp':
      return 'must be a time of RFC 3339 such as 2024-05-01T12:30:00Z, from year 1 to 9999'
    case 'google.protobuf.Duration':
      return 'must be a duration in seconds such as 3.5s'
    case 'google.protobuf.FieldMask':
      return 'must be names of fields in lowerCamelCase, separated by commas'
    case 'google.protobuf.ListValue':
      return 'must be a JSON array'
    case 'google.protobuf.Any':
      return 'must be a JSON object with an "@type" that is known here'
    default:
      return 'must be a JSON object'
  }
}

function describeScalar(scalar: ScalarType): string {
  switch (scalar) {
    case ScalarType.STRING:
      return 'must be a string'
    case ScalarType.BOOL:
      return 'must be true or false'
    case ScalarType.BYTES:
      return 'must be base64'
    case ScalarType.FLOAT:
      return 'must be a 32-bit number, or NaN, Infinity or -Infinity'
    case ScalarType.DOUBLE:
      return 'must be a number, or NaN, Infinity or -Infinity'
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return 'must be a whole number from 0 to 4294967295'
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return 'must be a whole number from -9223372036854775808 to 9223372036854775807'
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return 'must be a whole number from 0 to 18446744073709551615'
    default:
      return 'must be a whole number from -2147483648 to 2147483647'
  }
}

/** The zero value `..._UNSPECIFIED` is accepted but left out of the message: a client can leave the field out instead. */
function describeEnum(desc: DescEnum): string {
  const meaningful = desc.values.filter(({ number, name }) => number !== 0 || !name.endsWith('_UNSPECIFIED'))
  return `must be one of ${listed(meaningful.map((value) => value.jsonName ?? value.name))}`
}
