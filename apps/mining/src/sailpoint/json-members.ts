import { invalidArgument } from '@assay/errors'

/** A JSON value of a request document. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/**
 * The members of an object that are not null; none for null and for an absent object.
 * @param path the path of the object, for errors; empty for the document itself
 * @throws invalid_argument for a value that is not an object, and for an unknown member, since Assay would ignore it
 */
export function membersOf<Name extends string>(
  value: Json | undefined,
  path: string,
  known: readonly Name[],
): Partial<Record<Name, Json>> {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw invalidArgument(path === '' ? 'body' : path, 'must be an object')
  }
  const given = Object.entries(value as { readonly [name: string]: Json }).filter(([, member]) => member !== null)
  for (const [name] of given) {
    if (known.some((one) => one === name)) continue
    throw invalidArgument(path === '' ? name : `${path}.${name}`, `is not offered; there are ${known.join(', ')}`)
  }
  return Object.fromEntries(given) as Partial<Record<Name, Json>>
}

/** The text of a member; undefined for an absent or null value. @throws invalid_argument for a value that is not a text */
export function textOf(value: Json | undefined, path: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw invalidArgument(path, 'must be a text')
  return value
}

/** Empty for an absent or null value. @throws invalid_argument for a value that is not a list of texts */
export function textsOf(value: Json | undefined, path: string, most = 1000): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw invalidArgument(path, 'must be a list of texts')
  if (value.length > most) throw invalidArgument(path, `has ${value.length} entries, the most is ${most}`)
  return value.map((entry: Json, index) => {
    if (typeof entry !== 'string') throw invalidArgument(`${path}[${index}]`, 'must be a text')
    return entry
  })
}

/** @throws invalid_argument for a value that is not true or false */
export function booleanOf(value: Json | undefined, path: string, otherwise: boolean): boolean {
  if (value === undefined || value === null) return otherwise
  if (typeof value !== 'boolean') throw invalidArgument(path, 'must be true or false')
  return value
}

/** @throws invalid_argument for a value that is not a whole number within the bounds */
export function wholeNumberOf(
  value: Json | undefined,
  path: string,
  { least, most, otherwise }: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  if (value === undefined || value === null) return otherwise
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw invalidArgument(path, `must be a whole number from ${least} to ${most}`)
  }
  return value
}
