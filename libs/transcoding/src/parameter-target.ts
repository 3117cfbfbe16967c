import type { DescField, JsonObject, JsonValue } from '@bufbuild/protobuf'
import { isObject } from './json-tidying.ts'
import { lastOf } from './message-fields.ts'

/** An object for names that clients choose: no name is inherited, so `__proto__` is one like any other. */
export function emptyObject(): JsonObject {
  return Object.create(null)
}

/** Sets a leaf, or appends to a list; answers false when a single value was there already. */
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

/** Removes what a body says of a leaf that the path gives: the path wins. */
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

/** The object that holds the leaf, made where it is missing, under the name that the body uses. */
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
    // What a body has in place of a message stays, so that reading the message refuses it by its name.
    if (present === undefined || present === null) parent[name] = made
    parent = made
  }
  return parent
}

function nameIn(parent: JsonObject, field: DescField): string {
  return Object.hasOwn(parent, field.name) ? field.name : field.jsonName
}
