import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf'
import { FieldBehavior } from '../generated/google/api/field_behavior_pb.js'
import { behaves, scalarOf } from '../message-fields.ts'
import { isNullWhenAbsent } from '../proto-json.ts'
import { type LeafType, wrapped } from '../text-values.ts'
import { type Comments, described, examplesIn } from './comments.ts'

/** Limits of a field's values beyond its type, as members of JSON Schema. */
export interface FieldLimits {
  /** Of a field that holds any JSON value: only objects are accepted. */
  readonly type?: 'object'
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly pattern?: string
  /** The only texts that are accepted. */
  readonly enum?: string[]
  /** The limits of the elements of a list. */
  readonly items?: FieldLimits
  /** Zero is also allowed, and means the default. */
  readonly orZero?: boolean
  /** Calls without the field are refused, and those that have null in its place. */
  readonly required?: boolean
  /** Names of enum values that are refused, such as that of zero. */
  readonly without?: readonly string[]
}

interface SchemaOptions {
  /** The limits of a field in requests; they also hold in responses. */
  readonly limitsOf: (field: DescField) => FieldLimits | undefined
  readonly comments: Comments
  /** Whether later versions may add values to the enum. */
  readonly isOpenEnum: (desc: DescEnum) => boolean
  /**
   * Messages that clients send and never receive. Their enums are described as closed even if responses may get new values,
   * because the server refuses unknown names.
   */
  readonly inputs: ReadonlySet<DescMessage>
  /** Whether unknown members of a message are refused. */
  readonly isClosed: (desc: DescMessage) => boolean
  /** Whether NaN and the infinities never occur; proto JSON writes them as strings. */
  readonly finiteNumbers: boolean
}

/** Makes JSON Schemas of proto JSON. Each message and enum is a component under its full name. */
export class Schemas {
  /** The components that were referred to so far. */
  readonly components: Record<string, JsonObject> = {}
  private readonly options: SchemaOptions

  constructor(options: SchemaOptions) {
    this.options = options
  }

  /** A reference to a message, or the schema of its special JSON form. */
  message(desc: DescMessage): JsonObject {
    const known = wellKnown(desc.typeName)
    if (known !== undefined) return known
    const inner = wrapped(desc)
    if (inner !== undefined) return this.scalar(inner)
    if (this.components[desc.typeName] === undefined) {
      this.components[desc.typeName] = {} // before its fields are described, because they may refer to it
      this.components[desc.typeName] = this.object(desc, () => true)
    }
    return reference(desc.typeName)
  }

  /** The object of a message, with only the fields for which `has` is true. */
  object(desc: DescMessage, has: (field: DescField) => boolean): JsonObject {
    const fields = desc.fields.filter(has)
    const required = fields.filter((field) => this.isRequired(field)).map((field) => field.jsonName)
    const properties = Object.fromEntries(fields.map((field) => [field.jsonName, this.field(field)]))
    return {
      type: 'object',
      ...described(this.options.comments.of(desc)),
      ...(fields.length > 0 ? { properties } : {}),
      ...(required.length > 0 ? { required } : {}),
      ...(this.options.isClosed(desc) ? { additionalProperties: false } : {}),
      ...atMostOneOfEach(desc, has),
      ...(desc.deprecated ? { deprecated: true } : {}),
    }
  }

  isRequired(field: DescField): boolean {
    return behaves(field, FieldBehavior.REQUIRED) || this.options.limitsOf(field)?.required === true
  }

  /** The schema of a field, with its comment and options. */
  field(field: DescField): JsonObject {
    const value = limited(this.value(field), this.options.limitsOf(field))
    const comment = this.describe(field, ({ jsonName }) => jsonName)
    const examples = '$ref' in value ? [] : exampleValues(value, examplesIn(comment))
    return {
      // An empty schema already allows null.
      ...(isNullWhenAbsent(field) && !this.isRequired(field) && Object.keys(value).length > 0
        ? { anyOf: [value, { type: 'null' }] }
        : value),
      ...described(comment),
      ...(examples.length > 0 ? { examples } : {}),
      ...(behaves(field, FieldBehavior.OUTPUT_ONLY) ? { readOnly: true } : {}),
      ...(behaves(field, FieldBehavior.INPUT_ONLY) ? { writeOnly: true } : {}),
      ...(field.deprecated ? { deprecated: true } : {}),
    }
  }

  /** The comment of a field, with the other fields of its oneof, which it excludes. */
  describe(field: DescField, nameOf: (other: DescField) => string): string {
    const rivals = (field.oneof?.fields ?? []).filter((other) => other !== field).map((other) => `\`${nameOf(other)}\``)
    const note = rivals.length === 0 ? '' : `Not together with ${rivals.join(', ')}.`
    return [this.options.comments.of(field), note].filter((part) => part !== '').join(' ')
  }

  /** The schema of a field's value, without comment and options. */
  value(field: DescField): JsonObject {
    switch (field.fieldKind) {
      case 'list':
        return { type: 'array', items: this.element(field) }
      case 'map':
        return { type: 'object', additionalProperties: this.element(field), ...mapKeys(field.mapKey) }
      default:
        return this.element(field)
    }
  }

  private element(field: DescField): JsonObject {
    if (field.message !== undefined) return this.message(field.message)
    if (field.enum === undefined) return this.scalar(scalarOf(field))
    return this.options.inputs.has(field.parent) && field.enum.typeName !== 'google.protobuf.NullValue'
      ? { type: 'string', enum: enumNames(field.enum) }
      : this.enum(field.enum)
  }

  private enum(desc: DescEnum): JsonObject {
    if (desc.typeName === 'google.protobuf.NullValue') return { type: 'null' }
    this.components[desc.typeName] ??= {
      ...this.enumValues(desc),
      ...described(withValues(this.options.comments, desc)),
      ...(desc.deprecated ? { deprecated: true } : {}),
    }
    return reference(desc.typeName)
  }

  private enumValues(desc: DescEnum): JsonObject {
    const names = enumNames(desc)
    if (!this.options.isOpenEnum(desc)) return { type: 'string', enum: names }
    return { type: 'string', anyOf: [{ enum: names }, { description: 'A value that a later version adds.' }] }
  }

  /**
   * The schema of a leaf in the path or the query. An enum is closed here even if responses may get new values, because the
   * server refuses unknown names.
   */
  leaf(type: LeafType): JsonObject {
    if (type.kind === 'scalar') return this.scalar(type.scalar)
    if (type.kind === 'message') return this.message(type.message)
    if (type.enum.typeName === 'google.protobuf.NullValue') return { type: 'string', enum: ['null'] }
    return { type: 'string', enum: enumNames(type.enum) }
  }

  private scalar(scalar: ScalarType): JsonObject {
    switch (scalar) {
      case ScalarType.STRING:
        return { type: 'string' }
      case ScalarType.BOOL:
        return { type: 'boolean' }
      case ScalarType.BYTES:
        return { type: 'string', contentEncoding: 'base64' }
      case ScalarType.FLOAT:
        return this.decimal('float')
      case ScalarType.DOUBLE:
        return this.decimal('double')
      case ScalarType.UINT32:
      case ScalarType.FIXED32:
        return { type: 'integer', format: 'uint32', minimum: 0, maximum: 2 ** 32 - 1 }
      case ScalarType.INT64:
      case ScalarType.SINT64:
      case ScalarType.SFIXED64:
        return { type: 'string', format: 'int64', pattern: '^-?[0-9]{1,19}$', examples: ['42'] }
      case ScalarType.UINT64:
      case ScalarType.FIXED64:
        return { type: 'string', format: 'uint64', pattern: '^[0-9]{1,20}$', examples: ['42'] }
      default:
        return { type: 'integer', format: 'int32', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }
    }
  }

  private decimal(format: string): JsonObject {
    const number: JsonObject = { type: 'number', format }
    if (this.options.finiteNumbers) return number
    return { anyOf: [number, { type: 'string', enum: ['NaN', 'Infinity', '-Infinity'] }] }
  }

  /** Adds the limits of a field to the schema of its value. Refused names are removed from the list of an enum. */
  limited(field: DescField, schema: JsonObject): JsonObject {
    return limited(schema, this.options.limitsOf(field))
  }
}

function limited(schema: JsonObject, limits: FieldLimits | undefined): JsonObject {
  if (limits === undefined) return schema
  const { items, orZero = false, required: _, without = [], ...range } = limits
  const own: JsonObject = orZero ? { anyOf: [{ const: 0 }, range] } : range
  const names = Array.isArray(schema.enum)
    ? { enum: schema.enum.filter((name) => !without.includes(name as string)) }
    : {}
  const refused = without.length > 0 && '$ref' in schema ? { not: { enum: [...without] } } : {}
  const elements = items === undefined ? {} : { items: limited(schema.items as JsonObject, items) }
  return { ...schema, ...own, ...names, ...refused, ...elements }
}

export function reference(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` }
}

function enumNames(desc: DescEnum): string[] {
  return [...new Set(desc.values.map((value) => value.jsonName))]
}

/** The comment of an enum, with a line for each value that has a comment. */
function withValues(comments: Comments, desc: DescEnum): string {
  const lines = desc.values.flatMap((value) => {
    const comment = comments.of(value)
    return comment === '' ? [] : [`- \`${value.jsonName}\`: ${comment.replaceAll(/\s+/g, ' ')}`]
  })
  return [comments.of(desc), lines.join('\n')].filter((part) => part !== '').join('\n\n')
}

/** At most one member of a oneof may be present: no two of them together. */
function atMostOneOfEach(desc: DescMessage, has: (field: DescField) => boolean): JsonObject {
  const rules = desc.oneofs.flatMap((oneof) => {
    const names = oneof.fields.filter(has).map((field) => field.jsonName)
    const pairs = names.flatMap((name, i) => names.slice(i + 1).map((other) => ({ required: [name, other] })))
    const [only] = pairs
    return only === undefined ? [] : [{ not: pairs.length === 1 ? only : { anyOf: pairs } }]
  })
  if (rules.length < 2) return rules[0] ?? {}
  return { allOf: rules }
}

function mapKeys(key: ScalarType): JsonObject {
  switch (key) {
    case ScalarType.STRING:
      return {}
    case ScalarType.BOOL:
      return { propertyNames: { enum: ['true', 'false'] } }
    default:
      return { propertyNames: { pattern: '^-?[0-9]+$' } }
  }
}

/** Examples as values of the schema: texts for strings, parsed JSON for other types. Values that do not fit are left out. */
function exampleValues(schema: JsonObject, texts: readonly string[]): JsonValue[] {
  if (schema.type === 'string') return schema.enum === undefined ? [...texts] : []
  const parsed = texts.map(parseJson)
  if (schema.type === 'array') {
    const lists = parsed.filter(Array.isArray)
    if (lists.length > 0) return lists
    const { items } = schema as { items: JsonObject }
    const elements = exampleValues(items, texts)
    return elements.length > 0 ? [elements] : []
  }
  return parsed.filter((value): value is JsonValue => value !== undefined && typeMatches(schema, value))
}

function typeMatches(schema: JsonObject, value: JsonValue): boolean {
  if (schema.type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (schema.type === 'integer') return Number.isInteger(value)
  return typeof value === schema.type
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** The schema of a message whose JSON has a special form; undefined for all other messages. */
function wellKnown(typeName: string): JsonObject | undefined {
  switch (typeName) {
    case 'google.protobuf.Timestamp':
      return { type: 'string', format: 'date-time' }
    case 'google.protobuf.Duration':
      // Seconds followed by "s", which is not the ISO 8601 form that the format "duration" means.
      return { type: 'string', pattern: '^-?[0-9]{1,12}(\\.[0-9]{1,9})?s$', examples: ['3.5s'] }
    case 'google.protobuf.FieldMask':
      return { type: 'string', format: 'google-fieldmask' }
    case 'google.protobuf.Struct':
      return { type: 'object', additionalProperties: true }
    case 'google.protobuf.Value':
      return {}
    case 'google.protobuf.ListValue':
      return { type: 'array', items: {} }
    case 'google.protobuf.Empty':
      return { type: 'object' }
    case 'google.protobuf.Any':
      return {
        type: 'object',
        description: 'A message with the name of its type: its members beside `@type`.',
        properties: { '@type': { type: 'string', examples: ['type.googleapis.com/google.rpc.BadRequest'] } },
        additionalProperties: true,
      }
    default:
      return undefined
  }
}
