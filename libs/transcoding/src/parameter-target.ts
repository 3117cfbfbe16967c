import type { DescField, JsonObject, JsonValue } from '@bufbuild/protobuf'
import { isObject } from './json-tidying.ts'
import { lastOf } from './message-fields.ts'

/** An object for names that clients choose. It inherits nothing, so `__proto__` is a name like any other. */
export function emptyObject(): JsonObject {
  return Object.create(null)
}

/** Sets a leaf, or appends to a list. Returns false if the leaf already has a value. */
export function setParameter(target: JsonObject, fields: readonly DescField[], value: JsonValue): boolean {
  const leaf = lastOf(fields)
  const parent = descend(target, fields)
  const present = parent[leaf.jsonName]
  if (leaf.fieldKind === 'list') {
    if (Array.isArray(present)) present.push(value)
    else parent[leaf.jsonName] = [value]
    return true
  }
  if (present !== undefined) return false
  parent[leaf.jsonName] = value
  return true
}

/** Removes a leaf from the body that the path also has, because the path has priority. */
export function removeLeaf(target: JsonValue, fields: readonly DescField[]): void {
  let parent: JsonValue | undefined = target
  for (const [index, field] of fields.entries()) {
    if (!isObject(parent)) return
    if (index === fields.length - 1) {
      delete parent[field.name]
      delete parent[field.jsonName]
      return
    }
    parent = parent[nameIn(parent, field)]
  }
}

/** The object that contains the leaf. Missing objects are created, under the names that the body uses. */
function descend(target: JsonObject, fields: readonly DescField[]): JsonObject {
  let parent = target
  for (const field of fields.slice(0, -1)) {
    const name = nameIn(parent, field)
    const present: JsonValue | undefined = parent[name]
    if (isObject(present)) {
      parent = present
      continue
    }
    const made = emptyObject()
    // If the body has another value where a message belongs, it stays, so that the message is refused with this field's name.
    if (present === undefined || present === null) parent[name] = made
    parent = made
  }
  return parent
}

function nameIn(parent: JsonObject, field: DescField): string {
  return Object.hasOwn(parent, field.name) ? field.name : field.jsonName
}
