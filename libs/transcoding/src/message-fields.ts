import { type DescField, type DescMessage, getOption, hasOption, type ScalarType } from '@bufbuild/protobuf'
import { type FieldBehavior, field_behavior } from './generated/google/api/field_behavior_pb.js'

const fieldsByDescriptor = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>()

/** The fields of a message by JSON name and by proto name; proto JSON accepts both. */
export function fieldsByName(message: DescMessage): ReadonlyMap<string, DescField> {
  let fields = fieldsByDescriptor.get(message)
  if (fields === undefined) {
    const found = new Map<string, DescField>()
    for (const field of message.fields) found.set(field.jsonName, field)
    for (const field of message.fields) found.set(field.name, field)
    fieldsByDescriptor.set(message, found)
    fields = found
  }
  return fields
}

/** Whether the google.api.field_behavior of a field includes this behavior. */
export function behaves(field: DescField, behavior: FieldBehavior): boolean {
  return hasOption(field, field_behavior) && getOption(field, field_behavior).includes(behavior)
}

/** How a field of a request can be written as text in the path or the query. */
type ParameterKind = 'single' | 'repeated' | 'map' | 'message' | 'repeated message'

/** The well-known types whose JSON is one string, number or bool, so that they can be in a URL. */
const textTypes: ReadonlySet<string> = new Set([
  'google.protobuf.Timestamp',
  'google.protobuf.Duration',
  'google.protobuf.FieldMask',
  'google.protobuf.StringValue',
  'google.protobuf.BytesValue',
  'google.protobuf.BoolValue',
  'google.protobuf.Int32Value',
  'google.protobuf.UInt32Value',
  'google.protobuf.Int64Value',
  'google.protobuf.UInt64Value',
  'google.protobuf.FloatValue',
  'google.protobuf.DoubleValue',
])

export function parameterKind(field: DescField): ParameterKind {
  switch (field.fieldKind) {
    case 'map':
      return 'map'
    case 'list':
      return field.listKind !== 'message' || textTypes.has(field.message.typeName) ? 'repeated' : 'repeated message'
    case 'message':
      return textTypes.has(field.message.typeName) ? 'single' : 'message'
    default:
      return 'single'
  }
}

/** Whether the message is google.api.HttpBody. It compares names, so that descriptors from any source are recognised. */
export function isHttpBody(message: DescMessage | undefined): boolean {
  return message?.typeName === 'google.api.HttpBody'
}

/**
 * The message type of a field or of its elements.
 * @throws Error for a field of another kind
 */
export function messageOf(field: DescField): DescMessage {
  if (field.message === undefined) throw new Error(`${field.toString()} is no message`)
  return field.message
}

/**
 * The scalar type of a field or of its elements.
 * @throws Error for a field of another kind
 */
export function scalarOf(field: DescField): ScalarType {
  if (field.scalar === undefined) throw new Error(`${field.toString()} is no scalar`)
  return field.scalar
}

/**
 * The last field of a path.
 * @throws Error for an empty path
 */
export function lastOf(path: readonly DescField[]): DescField {
  const last = path.at(-1)
  if (last === undefined) throw new Error('a path of fields has at least one')
  return last
}
