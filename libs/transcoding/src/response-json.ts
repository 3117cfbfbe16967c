import {
  type DescField,
  fromBinary,
  type JsonValue,
  type JsonWriteOptions,
  type Message,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf'
import { withNulls } from './absent-members.ts'
import type { Binding } from './binding.ts'
import { isObject } from './json-tidying.ts'
import { type MessageWriter, messageWriter } from './plain-writer.ts'
import { isNullWhenAbsent } from './proto-json.ts'
import { wireWriter } from './wire/wire-writer.ts'
import type { WrittenMessages } from './wire/written-messages.ts'

/** Writes the body of a response as JSON. */
export type ResponseWriter = (message: Message) => string | Buffer

/**
 * The wire format of a response that its handler has not read, as a proxy passes it on. Undefined if the response is a message.
 */
export type WireOf = (answer: Message) => Buffer | undefined

/**
 * The message of a response; it is decoded if the response is unread.
 *
 * @throws if the bytes are not the wire format of the message
 */
export function readAnswer({ method }: Binding, answer: Message, wireOf: WireOf): Message {
  const wire = wireOf(answer)
  return wire === undefined ? answer : fromBinary(method.output, wire)
}

/** Compiles a writer of the body of a response: the message, or the field of it that the binding names. */
export function responseWriter(
  binding: Binding,
  options: Partial<JsonWriteOptions>,
  wireOf: WireOf,
  cache?: WrittenMessages,
): ResponseWriter {
  const { responseField, method } = binding
  const only = responseField && { field: responseField, absent: JSON.stringify(emptyJson(responseField)) }
  const writeUnread = wireWriter(method.output, options, { only, cache })
  const write = readWriter(binding, options)
  return (message) => {
    const wire = wireOf(message)
    if (wire === undefined) return write(message)
    return writeUnread(wire) ?? write(fromBinary(method.output, wire))
  }
}

function readWriter({ responseField, method }: Binding, options: Partial<JsonWriteOptions>): MessageWriter {
  if (responseField === undefined) return messageWriter(method.output, options)
  const name = options.useProtoFieldName === true ? responseField.name : responseField.jsonName
  return (message) => {
    const json = withNulls(method.output, toJson(method.output, message, options), options)
    const value = isObject(json) ? json[name] : undefined
    const isAbsent = value === undefined || (value === null && isNullWhenAbsent(responseField))
    return JSON.stringify(isAbsent ? emptyJson(responseField) : value)
  }
}

/** The body for an unset field: its zero value, because clients expect neither an empty body nor null. */
function emptyJson(field: DescField): JsonValue {
  switch (field.fieldKind) {
    case 'list':
      return []
    case 'map':
    case 'message':
      return {}
    case 'enum':
      return field.enum.values[0]?.jsonName ?? null
    default:
      return emptyScalar(field.scalar)
  }
}

function emptyScalar(scalar: ScalarType): JsonValue {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return ''
    case ScalarType.BOOL:
      return false
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return '0'
    default:
      return 0
  }
}
