import { type DescField, type DescMessage, getOption, type ScalarType } from '@bufbuild/protobuf'
import { type FieldBehavior, field_behavior } from './generated/google/api/field_behavior_pb.js'

const fieldsByDescriptor = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>()

/** The fields of a message by JSON name and by proto name; proto JSON accepts either. */
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

/** Whether google.api.field_behavior says so of a field. */
export function behaves(field: DescField, behavior: FieldBehavior): boolean {
  return getOption(field, field_behavior).includes(behavior)
}

/** How a field of a request can be given as text, in the path or in the query. */
type ParameterKind = 'single' | 'repeated' | 'map' | 'message' | 'repeated message'

/** The well-known types whose JSON is one string, number or bool, and which therefore fit into a URL. */
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

/** The raw payload of google.api.HttpBody, by name, so that descriptors from any source are recognised. */
export function isHttpBody(message: DescMessage | undefined): boolean {
  return message?.typeName === 'google.api.HttpBody'
}

/** The message that a field, or each element of it, is. @throws Error for a field of another kind */
export function messageOf(field: DescField): DescMessage {
  if (field.message === undefined) throw new Error(`${field.toString()} is no message`)
  return field.message
}

/** The scalar that a field, or each element of it, is. @throws Error for a field of another kind */
export function scalarOf(field: DescField): ScalarType {
  if (field.scalar === undefined) throw new Error(`${field.toString()} is no scalar`)
  return field.scalar
}

/** The field that a path leads to. @throws Error for an empty path */
export function lastOf(path: readonly DescField[]): DescField {
  const last = path.at(-1)
  if (last === undefined) throw new Error('a path of fields has at least one')
  return last
}
