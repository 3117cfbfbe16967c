/** The value of a cell, or of a member of a JSON, YAML, XML or LDIF record. Scalars are text: `007` stays `007`. */
export type Value = string | undefined | readonly Value[] | Members

export interface Members {
  readonly [name: string]: Value
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function isMembers(value: Value): value is Members {
  return typeof value === 'object' && !Array.isArray(value)
}

/** The value as a list: an empty value has no element, and a single value is one element. */
export function listOf(value: Value): readonly Value[] {
  if (value === undefined || value === '') return []
  return isList(value) ? value : [value]
}

/** The value as text; for a list its first element, for an object ''. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value
  return isList(value) ? textOf(value[0]) : ''
}

/**
 * The value at a path of member names, such as `name.formatted`. Lists on the path are entered, so that `emails.address` gives
 * every address. A member whose name contains dots is found by its whole name first.
 */
export function valueAt(value: Value, path: string): Value {
  if (isList(value)) {
    const found = value.flatMap((each) => listOf(valueAt(each, path)))
    return found.length === 0 ? undefined : found
  }
  if (!isMembers(value)) return undefined
  if (Object.hasOwn(value, path)) return value[path]
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot)
    if (Object.hasOwn(value, name)) return valueAt(value[name], path.slice(dot + 1))
  }
  return undefined
}

/** The form in which values are compared when records are joined: NFC, lower case, without surrounding blanks. */
export function folded(text: string): string {
  return text.trim().normalize('NFC').toLowerCase()
}
