import { type DescField, type DescMessage, fromJson, type JsonValue, type Registry } from '@bufbuild/protobuf'
import { isObject } from './json-tidying.ts'
import { fieldsByName, messageOf } from './message-fields.ts'
import { describeLeaf, type FieldDescriber, leafType } from './text-values.ts'
import type { Violation } from './violations.ts'

interface MisfitPolicy {
  readonly registry: Registry | undefined
  readonly describeField: FieldDescriber | undefined
}

/**
 * Finds the parts of a message's JSON that `fromJson` refuses. It is called only after `fromJson` has refused the whole: its
 * errors name no path, so every leaf is tried alone, and a leaf that is refused is reported with its path and a description.
 */
export function findMisfits(message: DescMessage, json: JsonValue, policy: MisfitPolicy): Violation[] {
  const violations: Violation[] = []
  const { registry, describeField } = policy
  const options = registry === undefined ? {} : { registry }

  function visitMessage(desc: DescMessage, value: JsonValue, path: string): void {
    if (!isObject(value)) {
      violations.push({ field: path, description: 'must be a JSON object' })
      return
    }
    const chosen = new Map<string, string>()
    for (const [name, member] of Object.entries(value)) {
      const field = fieldsByName(desc).get(name)
      if (field === undefined || member === undefined) continue
      const fieldPath = path === '' ? name : `${path}.${name}`
      if (field.oneof !== undefined) {
        const other = chosen.get(field.oneof.name)
        if (other !== undefined)
          violations.push({ field: fieldPath, description: `excludes ${other}; give one of them` })
        chosen.set(field.oneof.name, fieldPath)
      }
      visitField(desc, field, member, fieldPath)
    }
  }

  function visitField(desc: DescMessage, field: DescField, value: JsonValue, path: string): void {
    if (field.fieldKind === 'list' && Array.isArray(value)) {
      for (const [index, element] of value.entries()) {
        const elementPath = `${path}[${index}]`
        if (hasFields(field)) visitMessage(messageOf(field), element, elementPath)
        else tryLeaf(desc, field, [element], elementPath)
      }
    } else if (field.fieldKind === 'map' && isObject(value)) {
      for (const [key, element] of Object.entries(value)) {
        const before = violations.length
        if (hasFields(field)) visitMessage(messageOf(field), element, `${path}["${key}"]`)
        if (violations.length === before) tryLeaf(desc, field, { [key]: element }, `${path}["${key}"]`)
      }
    } else if (field.fieldKind === 'message' && hasFields(field)) {
      visitMessage(field.message, value, path)
    } else {
      tryLeaf(desc, field, value, path)
    }
  }

  function tryLeaf(desc: DescMessage, field: DescField, value: JsonValue, path: string): void {
    try {
      fromJson(desc, { [field.jsonName]: value }, options)
    } catch {
      violations.push({ field: path, description: describeField?.(field) ?? describeType(field) })
    }
  }

  visitMessage(message, json, '')
  return violations
}

function describeType(field: DescField): string {
  if (field.fieldKind === 'map') return 'has a key or a value that does not fit'
  return describeLeaf(leafType(field))
}

function hasFields(field: DescField): boolean {
  return field.message !== undefined && !field.message.typeName.startsWith('google.protobuf.')
}
