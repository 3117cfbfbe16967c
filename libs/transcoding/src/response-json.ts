import {
  type DescField,
  type JsonValue,
  type JsonWriteOptions,
  type Message,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf'
import type { Binding } from './binding.ts'

/** The body of a response: the message, or the one field of it that the binding names. */
export function responseJson(binding: Binding, message: Message, options: Partial<JsonWriteOptions>): JsonValue {
  const { responseField, method } = binding
  const json = toJson(method.output, message, options)
  if (responseField === undefined) return json
  const name = options.useProtoFieldName === true ? responseField.name : responseField.jsonName
  const value = typeof json === 'object' && json !== null && !Array.isArray(json) ? json[name] : undefined
  return value === undefined ? emptyJson(responseField) : value
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
