import type { DescField, DescMessage, JsonObject, JsonValue, JsonWriteOptions } from '@bufbuild/protobuf'
import { isObject } from './json-tidying.ts'
import { hasJsonOfItsOwn, isNullWhenAbsent, mayHoldNulls } from './proto-json.ts'

/**
 * Adds null to the JSON that the library made of a message, for the absent members that have it by the options of the proto
 * (`absent_members`, `absent`). The members are in the order of the fields.
 */
export function withNulls(desc: DescMessage, json: JsonValue, options: Partial<JsonWriteOptions>): JsonValue {
  if (!mayHoldNulls(desc) || hasJsonOfItsOwn(desc) || !isObject(json)) return json
  const made: JsonObject = {}
  for (const field of desc.fields.toSorted((one, other) => one.number - other.number)) {
    const name = options.useProtoFieldName === true ? field.name : field.jsonName
    const value = json[name]
    if (isNullWhenAbsent(field) && isAbsent(field, value)) made[name] = null
    else if (value !== undefined) made[name] = inside(field, value, options)
  }
  // Extensions.
  for (const [name, value] of Object.entries(json)) if (!Object.hasOwn(made, name)) made[name] = value
  return made
}

function isAbsent({ fieldKind }: DescField, value: JsonValue | undefined): boolean {
  if (value === undefined) return true
  if (fieldKind === 'list') return Array.isArray(value) && value.length === 0
  return fieldKind === 'map' && Object.keys(value as JsonObject).length === 0
}

function inside(field: DescField, value: JsonValue, options: Partial<JsonWriteOptions>): JsonValue {
  const { message } = field
  if (message === undefined) return value
  if (field.fieldKind === 'list') return (value as JsonValue[]).map((element) => withNulls(message, element, options))
  if (field.fieldKind !== 'map') return withNulls(message, value, options)
  const entries = Object.entries(value as JsonObject)
  return Object.fromEntries(entries.map(([key, element]) => [key, withNulls(message, element, options)]))
}
