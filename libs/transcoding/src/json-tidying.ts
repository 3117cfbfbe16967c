import { type DescField, type DescMessage, type JsonObject, type JsonValue, ScalarType } from '@bufbuild/protobuf'
import { fieldsByName, scalarOf } from './message-fields.ts'
import {
  camelCaseMask,
  containsNul,
  describeLeaf,
  isEnumName,
  isIllFormed,
  isTimestamp,
  namesRealDay,
} from './text-values.ts'
import type { Violation } from './violations.ts'

export interface TidyOptions {
  /**
   * What to do with members that the message does not have. `refuse-values` refuses only members with a value other than null,
   * false, zero, empty text or empty lists of these. Unknown names of an enum are always refused.
   */
  readonly unknownFields: 'refuse' | 'refuse-values' | 'ignore'
  /** Whether strings may contain U+0000 or half a surrogate pair, so that they have to be checked. */
  readonly checkText: boolean
}

/**
 * Checks the JSON of a message against its descriptor before `fromJson` reads it, and does what `fromJson` does not. It drops
 * members that are null. It refuses unknown names of enums even where unknown members are ignored (the parser would drop the
 * value silently), the same field under both of its names, strings that cannot be stored, and whole numbers that lost digits as
 * a double. It changes the JSON in place.
 */
export function tidyMessage(
  message: DescMessage,
  json: JsonValue,
  path: string,
  options: TidyOptions,
  violations: Violation[],
): void {
  new Tidying(options, violations).message(message, json, path)
}

/** The same for a body that is the value of one field. */
export function tidyField(
  field: DescField,
  json: JsonValue,
  path: string,
  options: TidyOptions,
  violations: Violation[],
): JsonValue | undefined {
  if (json === null && !acceptsNull(field)) return undefined
  return new Tidying(options, violations).field(field, json, path)
}

class Tidying {
  private readonly options: TidyOptions
  private readonly violations: Violation[]

  constructor(options: TidyOptions, violations: Violation[]) {
    this.options = options
    this.violations = violations
  }

  message(message: DescMessage, json: JsonValue, path: string): void {
    const { typeName } = message
    if (!typeName.startsWith('google.protobuf.') || typeName === 'google.protobuf.Empty') {
      this.members(message, json, path)
    } else if (typeName === 'google.protobuf.Int64Value') {
      this.scalar(ScalarType.INT64, json, path)
    } else if (typeName === 'google.protobuf.UInt64Value') {
      this.scalar(ScalarType.UINT64, json, path)
    } else if (isTimestamp(message) && typeof json === 'string' && !namesRealDay(json)) {
      this.report(path, describeLeaf({ kind: 'message', message }))
    } else {
      this.freeForm(json, path) // a well-known type with a special JSON form, which the parser checks
    }
  }

  private refusesUnknown(value: JsonValue | undefined): boolean {
    const { unknownFields } = this.options
    return unknownFields === 'refuse' || (unknownFields === 'refuse-values' && saysSomething(value))
  }

  private members(message: DescMessage, json: JsonValue, path: string): void {
    if (!isObject(json)) {
      this.report(path, 'must be a JSON object')
      return
    }
    const fields = fieldsByName(message)
    for (const name of Object.keys(json)) {
      const field = fields.get(name)
      const fieldPath = path === '' ? name : `${path}.${name}`
      if (field === undefined) {
        if (this.refusesUnknown(json[name])) this.report(fieldPath, 'is not a field here')
        else delete json[name]
        continue
      }
      const value = json[name]
      if (value === undefined) continue
      if (value === null && !acceptsNull(field)) {
        delete json[name]
        continue
      }
      if (name !== field.jsonName && Object.hasOwn(json, field.jsonName)) {
        this.report(fieldPath, `is given twice, also as ${field.jsonName}`)
        continue
      }
      const tidied = this.field(field, value, fieldPath)
      if (tidied !== value) json[name] = tidied
    }
  }

  field(field: DescField, json: JsonValue, path: string): JsonValue {
    if (field.fieldKind === 'list') {
      if (!Array.isArray(json)) {
        this.report(path, 'must be a JSON array')
        return json
      }
      for (const [index, element] of json.entries()) {
        json[index] = this.element(field, element, `${path}[${index}]`)
      }
      return json
    }
    if (field.fieldKind === 'map') {
      if (!isObject(json)) {
        this.report(path, 'must be a JSON object')
        return json
      }
      for (const [key, element] of Object.entries(json)) {
        const elementPath = `${path}["${key}"]`
        this.text(key, elementPath)
        json[key] = this.element(field, element, elementPath)
      }
      return json
    }
    return this.single(field, json, path)
  }

  private element(field: DescField, json: JsonValue, path: string): JsonValue {
    if (json === null && !isNullable(field)) {
      this.report(path, 'must not be null')
      return json
    }
    return this.single(field, json, path)
  }

  private single(field: DescField, json: JsonValue, path: string): JsonValue {
    if (field.enum !== undefined) {
      if (typeof json === 'string' && !isEnumName(field.enum, json)) {
        this.report(path, describeLeaf({ kind: 'enum', enum: field.enum }))
      }
      return json
    }
    if (field.message === undefined) {
      this.scalar(scalarOf(field), json, path)
      return json
    }
    if (field.message.typeName === 'google.protobuf.FieldMask' && typeof json === 'string') {
      this.text(json, path)
      return camelCaseMask(json)
    }
    this.message(field.message, json, path)
    return json
  }

  private scalar(scalar: ScalarType, json: JsonValue, path: string): void {
    if (typeof json === 'string') {
      if (scalar === ScalarType.STRING) this.text(json, path)
    } else if (typeof json === 'number' && !Number.isFinite(json)) {
      this.report(path, describeLeaf({ kind: 'scalar', scalar }))
    } else if (typeof json === 'number' && isLong(scalar) && Number.isInteger(json) && !Number.isSafeInteger(json)) {
      this.report(path, 'is beyond what a JSON number holds exactly; send it as a string')
    }
  }

  private freeForm(json: JsonValue, path: string): void {
    if (typeof json === 'string') {
      this.text(json, path)
    } else if (typeof json === 'number') {
      if (!Number.isFinite(json)) this.report(path, 'is a number beyond those of JSON')
    } else if (Array.isArray(json)) {
      for (const [index, element] of json.entries()) this.freeForm(element, `${path}[${index}]`)
    } else if (isObject(json)) {
      for (const [name, value] of Object.entries(json)) {
        this.text(name, path)
        this.freeForm(value, `${path}.${name}`)
      }
    }
  }

  private text(value: string, path: string): void {
    if (!this.options.checkText) return
    if (value.includes('\0')) this.report(path, containsNul)
    else if (!value.isWellFormed()) this.report(path, isIllFormed)
  }

  private report(field: string, description: string): void {
    this.violations.push({ field, description })
  }
}

/** Whether null is a value of the field. Only a single Value or NullValue has the value null; elsewhere null means absence. */
function acceptsNull(field: DescField): boolean {
  return field.fieldKind !== 'list' && field.fieldKind !== 'map' && isNullable(field)
}

function isNullable(field: DescField): boolean {
  return field.message?.typeName === 'google.protobuf.Value' || field.enum?.typeName === 'google.protobuf.NullValue'
}

function isLong(scalar: ScalarType): boolean {
  return (
    scalar === ScalarType.INT64 ||
    scalar === ScalarType.UINT64 ||
    scalar === ScalarType.SINT64 ||
    scalar === ScalarType.FIXED64 ||
    scalar === ScalarType.SFIXED64
  )
}

export function isObject(json: JsonValue | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** Whether a value differs from an absent one. null, false, zero, empty text, and lists or objects of only these do not. */
function saysSomething(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(saysSomething)
  return isObject(value) ? Object.values(value).some(saysSomething) : Boolean(value)
}
