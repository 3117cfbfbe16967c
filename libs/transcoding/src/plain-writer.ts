import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonWriteOptions,
  type Message,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf'
import { withNulls } from './absent-members.ts'
import { scalarOf } from './message-fields.ts'
import {
  enumTexts,
  floatText,
  hasJsonOfItsOwn,
  implicitPresence,
  isNullWhenAbsent,
  legacyRequired,
  unusual,
} from './proto-json.ts'
import { wrapped } from './text-values.ts'

/** The JSON text of a message. */
export type MessageWriter = (message: Message) => string

/**
 * Compiles a writer of proto JSON: the text that `JSON.stringify(toJson(...))` makes, with the nulls of absent members
 * (`withNulls`), but without the objects between. Where it has no shorter way, it calls these two, also for errors.
 *
 * It saves 3 to 7 % of the server's time of a small call, and nothing of a page of 70 kB (measured with pages that were asked
 * for once). Responses that a gateway passes on unread do not use it. It can be deleted when protobuf-es writes JSON text
 * itself.
 */
export function messageWriter(desc: DescMessage, options: Partial<JsonWriteOptions>): MessageWriter {
  const write = new Compiler(options).message(desc)
  return (message) => {
    try {
      return write(message)
    } catch (error) {
      if (error !== unusual) throw error
      return JSON.stringify(withNulls(desc, toJson(desc, message, options), options))
    }
  }
}

type Write = (value: unknown) => string
type Fields = Readonly<Record<string, unknown>>
/** Writes `"name":value`, or nothing if the field is absent. */
type WriteField = (message: Fields) => string

class Compiler {
  private readonly options: Partial<JsonWriteOptions>
  private readonly compiled = new Map<DescMessage, (message: Message) => string>()

  constructor(options: Partial<JsonWriteOptions>) {
    this.options = options
  }

  message(desc: DescMessage): (message: Message) => string {
    const known = this.compiled.get(desc)
    if (known !== undefined) return known
    if (hasJsonOfItsOwn(desc)) {
      const write = (message: Message): string => JSON.stringify(toJson(desc, message, this.options))
      this.compiled.set(desc, write)
      return write
    }
    const { typeName } = desc
    const mayHoldExtensions = this.options.registry !== undefined
    const fields: WriteField[] = []
    const write = (message: Message): string => {
      if (message.$typeName !== typeName || (mayHoldExtensions && message.$unknown !== undefined)) throw unusual
      let text = ''
      for (const field of fields) {
        const member = field(message as unknown as Fields)
        if (member !== '') text += text === '' ? member : `,${member}`
      }
      return `{${text}}`
    }
    this.compiled.set(desc, write) // before its fields, which may be of the same type
    for (const field of desc.fields.toSorted((one, other) => one.number - other.number)) fields.push(this.field(field))
    return write
  }

  private field(field: DescField): WriteField {
    const { localName } = field
    const name = `${JSON.stringify(this.options.useProtoFieldName === true ? field.name : field.jsonName)}:`
    const isNull = isNullWhenAbsent(field)
    const emitsEmpty = this.options.alwaysEmitImplicit === true
    const ofNone = (empty: string): string => (isNull ? `${name}null` : emitsEmpty ? name + empty : '')
    switch (field.fieldKind) {
      case 'list': {
        const element = this.value(field)
        return (message) => {
          const list = message[localName] as readonly unknown[]
          if (list.length === 0) return ofNone('[]')
          let text = element(list[0])
          for (let index = 1; index < list.length; index++) text += `,${element(list[index])}`
          return `${name}[${text}]`
        }
      }
      case 'map': {
        const element = this.value(field)
        return (message) => {
          const map = message[localName] as Fields
          const keys = Object.keys(map)
          if (keys.length === 0) return ofNone('{}')
          const members = keys.map((key) => `${JSON.stringify(key)}:${element(map[key])}`)
          return `${name}{${members.join(',')}}`
        }
      }
      default:
        return this.single(field, name)
    }
  }

  private single(field: DescField & { fieldKind: 'scalar' | 'enum' | 'message' }, name: string): WriteField {
    const { localName } = field
    const write = this.value(field)
    if (field.oneof !== undefined) {
      const group = field.oneof.localName
      return (message) => {
        const chosen = message[group] as { readonly case: string | undefined; readonly value: unknown }
        return chosen.case === localName ? name + write(chosen.value) : ''
      }
    }
    if (field.presence !== implicitPresence) {
      const isRequired = field.presence === legacyRequired
      const absent = isNullWhenAbsent(field) ? `${name}null` : ''
      return (message) => {
        const value = message[localName]
        if (value !== undefined && Object.hasOwn(message, localName)) return name + write(value)
        if (isRequired) throw unusual
        return absent
      }
    }
    if (this.options.alwaysEmitImplicit === true) return (message) => name + write(message[localName])
    const isZero = zeroOf(field)
    return (message) => {
      const value = message[localName]
      return isZero(value) ? '' : name + write(value)
    }
  }

  /** The writer of a single value, or of each value of a list or map. */
  private value(field: DescField): Write {
    if (field.enum !== undefined) return enumWriter(field.enum, this.options.enumAsInteger === true)
    if (field.message === undefined) return scalarWriter(scalarOf(field))
    const desc = field.message
    // A wrapper in a field outside a oneof is stored as its value, and a Struct as the JSON itself.
    const inner = field.fieldKind === 'message' && field.oneof === undefined ? wrapped(desc) : undefined
    if (inner !== undefined) return scalarWriter(inner)
    if (desc.typeName === 'google.protobuf.Struct') return refuse
    const write = this.message(desc)
    return (value) => write(value as Message)
  }
}

function refuse(): never {
  throw unusual
}

function zeroOf(field: DescField): (value: unknown) => boolean {
  if (field.enum !== undefined) {
    const zero = field.enum.values[0]?.number
    return (value) => value === zero
  }
  switch (field.scalar) {
    case ScalarType.BOOL:
      return (value) => value === false
    case ScalarType.STRING:
      return (value) => value === ''
    case ScalarType.BYTES:
      return (value) => value instanceof Uint8Array && value.length === 0
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return (value) => Object.is(value, 0)
    default:
      return (value) => value === 0 || value === 0n || value === '0'
  }
}

function enumWriter(desc: DescEnum, asInteger: boolean): Write {
  if (desc.typeName === 'google.protobuf.NullValue') return refuse
  const texts = enumTexts(desc, asInteger)
  return (value) => texts.get(value) ?? writeWhole(value)
}

function scalarWriter(scalar: ScalarType): Write {
  switch (scalar) {
    case ScalarType.STRING:
      return writeString
    case ScalarType.BOOL:
      return (value) => {
        if (typeof value !== 'boolean') throw unusual
        return value ? 'true' : 'false'
      }
    case ScalarType.BYTES:
      return (value) => {
        if (!(value instanceof Uint8Array)) throw unusual
        return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`
      }
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return (value) => {
        if (typeof value !== 'number') throw unusual
        return floatText(value)
      }
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return writeWhole
    default:
      return (value) => {
        if (typeof value !== 'bigint') throw unusual
        return `"${value}"`
      }
  }
}

function writeWhole(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw unusual
  return String(value)
}

// Characters that need an escape: quotes, backslashes, control codes, and halves of surrogate pairs, which are escaped only if
// they are alone.
const needsEscape = /["\\\p{Cc}\p{Cs}]/u

function writeString(value: unknown): string {
  if (typeof value !== 'string') throw unusual
  return needsEscape.test(value) ? JSON.stringify(value) : `"${value}"`
}
