import {
  create,
  type DescEnum,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonValue,
  type Message,
  ScalarType,
} from '@bufbuild/protobuf'
import { base64Decode } from '@bufbuild/protobuf/wire'
import { scalarOf } from './message-fields.ts'
import { camelCaseMask, isTimestamp, namesRealDay, wrapped } from './text-values.ts'

/** Makes a message, or returns undefined if the JSON is not plain. */
export type PlainReader = (json: JsonValue, checkText: boolean) => Message | undefined

/**
 * Reads the JSON of a message in one pass if it has the form that most clients write: fields under their JSON names, each once,
 * with values of the usual form. For other JSON it returns undefined, because that may be invalid or only unusual (null, proto
 * names, numbers as strings with exponents, free-form JSON); the strict reader decides and writes the errors. What this reader
 * accepts, the strict reader reads to the same message.
 */
export function plainReader(desc: DescMessage): PlainReader {
  if (desc.typeName.startsWith('google.protobuf.') && desc.typeName !== 'google.protobuf.Empty') return () => undefined
  const read = messageReader(desc)
  return (json, checkText) => {
    try {
      return read(json, checkText, 0) as Message
    } catch (error) {
      if (error === unusual) return undefined
      throw error
    }
  }
}

/** Thrown to leave the JSON to the strict reader. One object for all, because it is always caught here. */
const unusual = new Error('not plain')

type Read = (json: JsonValue, checkText: boolean, depth: number) => unknown

interface FieldPlan {
  readonly localName: string
  /** The name of the oneof that the field belongs to. */
  readonly oneof: string | undefined
  readonly read: Read
}

/** Deeper messages are left to the strict reader, which enforces the limit. */
const plainDepth = 50

const compiled = new WeakMap<DescMessage, Read>()

function messageReader(desc: DescMessage): Read {
  const known = compiled.get(desc)
  if (known !== undefined) return known
  const plans = new Map<string, FieldPlan>()
  const read: Read = (json, checkText, depth) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json) || depth > plainDepth) throw unusual
    const message = create(desc) as Message & Record<string, unknown>
    for (const name in json) {
      const plan = plans.get(name)
      const value = json[name]
      if (plan === undefined || value === undefined || value === null) throw unusual
      if (plan.oneof === undefined) {
        message[plan.localName] = plan.read(value, checkText, depth)
      } else {
        if ((message[plan.oneof] as { case: string | undefined }).case !== undefined) throw unusual
        message[plan.oneof] = { case: plan.localName, value: plan.read(value, checkText, depth) }
      }
    }
    return message
  }
  compiled.set(desc, read) // before its fields, which may be of the same type
  for (const field of desc.fields) {
    if (field.jsonName === '__proto__') continue
    plans.set(field.jsonName, {
      localName: field.localName,
      oneof: field.oneof?.localName,
      read: fieldReader(field),
    })
  }
  return read
}

function fieldReader(field: DescField): Read {
  switch (field.fieldKind) {
    case 'list':
      return listReader(valueReader(field))
    case 'map':
      return field.mapKey === ScalarType.STRING ? mapReader(valueReader(field)) : refuse
    case 'message': {
      // A wrapper in a field outside a oneof is stored as its value.
      const inner = field.oneof === undefined ? wrapped(field.message) : undefined
      return inner === undefined ? valueReader(field) : scalarReader(inner, false)
    }
    default:
      return valueReader(field)
  }
}

function listReader(element: Read): Read {
  return (json, checkText, depth) => {
    if (!Array.isArray(json)) throw unusual
    const list: unknown[] = []
    for (const one of json) list.push(element(one, checkText, depth))
    return list
  }
}

function mapReader(element: Read): Read {
  return (json, checkText, depth) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) throw unusual
    const map: Record<string, unknown> = {}
    for (const key in json) {
      if (key === '__proto__') throw unusual
      map[readString(key, checkText, depth)] = element(json[key] as JsonValue, checkText, depth)
    }
    return map
  }
}

/** The reader of a single value, or of each value of a list or map. */
function valueReader(field: DescField): Read {
  if (field.enum !== undefined) return enumReader(field.enum)
  if (field.message === undefined)
    return scalarReader(scalarOf(field), field.fieldKind !== 'map' && field.longAsString === true)
  const { message } = field
  if (!message.typeName.startsWith('google.protobuf.')) {
    const read = messageReader(message)
    return (json, checkText, depth) => read(json, checkText, depth + 1)
  }
  switch (message.typeName) {
    case 'google.protobuf.FieldMask':
      return (json, checkText, depth) => wellKnown(message, camelCaseMask(readString(json, checkText, depth)))
    case 'google.protobuf.Timestamp':
    case 'google.protobuf.Duration':
      return (json, checkText, depth) => wellKnown(message, readString(json, checkText, depth))
    default:
      return refuse
  }
}

function wellKnown(desc: DescMessage, json: string): Message {
  if (isTimestamp(desc) && !namesRealDay(json)) throw unusual
  try {
    return fromJson(desc, json)
  } catch {
    throw unusual // the strict reader refuses it again, with an error message
  }
}

const refuse: Read = () => {
  throw unusual
}

function enumReader(desc: DescEnum): Read {
  if (desc.typeName === 'google.protobuf.NullValue') return refuse
  const numbers = new Map<JsonValue, number>()
  for (const { jsonName, number } of desc.values) if (jsonName !== undefined) numbers.set(jsonName, number)
  for (const { name, number } of desc.values) numbers.set(name, number)
  for (const { number } of desc.values) numbers.set(number, number)
  return (json) => {
    const number = numbers.get(json)
    if (number === undefined) throw unusual
    return number
  }
}

function readString(json: JsonValue, checkText: boolean, _depth: number): string {
  if (typeof json !== 'string') throw unusual
  if (checkText && (json.includes('\0') || !json.isWellFormed())) throw unusual
  return json
}

function scalarReader(scalar: ScalarType, longAsString: boolean): Read {
  switch (scalar) {
    case ScalarType.STRING:
      return readString
    case ScalarType.BOOL:
      return (json) => {
        if (typeof json !== 'boolean') throw unusual
        return json
      }
    case ScalarType.BYTES:
      return readBytes
    case ScalarType.DOUBLE:
      return (json) => readDouble(json)
    case ScalarType.FLOAT:
      return (json) => {
        const value = readDouble(json)
        if (Math.abs(value) > largestFloat) throw unusual
        return value
      }
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return (json) => {
        const value = readWhole(json)
        if (value !== value >>> 0) throw unusual
        return value
      }
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return (json) => {
        const value = readWhole(json)
        if (value !== (value | 0)) throw unusual
        return value
      }
    default: {
      const isUnsigned = scalar === ScalarType.UINT64 || scalar === ScalarType.FIXED64
      return (json) => {
        const text = readLong(json)
        if (isUnsigned && text.charCodeAt(0) === 45) throw unusual
        return longAsString ? text : BigInt(text)
      }
    }
  }
}

const largestFloat = 3.4028234663852886e38
const wholePattern = /^(?:0|-?[1-9]\d{0,9})$/
const longPattern = /^(?:0|-?[1-9]\d{0,17})$/
const decimalPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

function readBytes(json: JsonValue): Uint8Array {
  if (typeof json !== 'string') throw unusual
  if (json === '') return new Uint8Array(0)
  try {
    return base64Decode(json)
  } catch {
    throw unusual
  }
}

function readDouble(json: JsonValue): number {
  const value = typeof json === 'string' && decimalPattern.test(json) ? Number(json) : json
  if (typeof value !== 'number' || !Number.isFinite(value)) throw unusual
  return value
}

function readWhole(json: JsonValue): number {
  if (typeof json === 'number') return json
  if (typeof json !== 'string' || !wholePattern.test(json)) throw unusual
  return Number(json)
}

function readLong(json: JsonValue): string {
  if (typeof json === 'number' && Number.isSafeInteger(json) && !Object.is(json, -0)) return String(json)
  if (typeof json !== 'string' || !longPattern.test(json)) throw unusual
  return json
}
