import {
  type DescField,
  type JsonValue,
  type JsonWriteOptions,
  type Message,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf'
import type { Binding } from './binding.ts'
import { isObject } from './json-tidying.ts'
import { type MessageWriter, messageWriter } from './plain-writer.ts'
import { UnreadMessage } from './unread-message.ts'
import { wireWriter } from './wire/wire-writer.ts'

/** Writes the body of a response as JSON. */
export type ResponseWriter = (message: Message) => string | Buffer

/** Compiles a writer of the body of a response: the message, or the one field of it that the binding names. */
export function responseWriter(binding: Binding, options: Partial<JsonWriteOptions>): ResponseWriter {
  const { responseField, method } = binding
  const field = responseField && { field: responseField, absent: JSON.stringify(emptyJson(responseField)) }
  const writeUnread = wireWriter(method.output, options, field)
  const write = readWriter(binding, options)
  return (message) => {
    if (!(message instanceof UnreadMessage)) return write(message)
    return writeUnread(message.wire) ?? write(message.read(method.output))
  }
}

function readWriter({ responseField, method }: Binding, options: Partial<JsonWriteOptions>): MessageWriter {
  if (responseField === undefined) return messageWriter(method.output, options)
  const name = options.useProtoFieldName === true ? responseField.name : responseField.jsonName
  return (message) => {
    const json = toJson(method.output, message, options)
    const value = isObject(json) ? json[name] : undefined
    return JSON.stringify(value === undefined ? emptyJson(responseField) : value)
  }
}

/** An unset field as a whole body: its zero value, since neither an empty body nor null is JSON that clients expect. */
function emptyJson(field: DescField): JsonValue {
  switch (field.fieldKind) {
    case 'list':
      return []
    case 'map':
    case 'message':
      return {}
    case 'enum':
      return field.enum.values[0].jsonName
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
