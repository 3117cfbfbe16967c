import { invalidArgument } from '@assay/errors'

/** A value of a request document, as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/**
 * The members of an object that are there and not null; none for null and for what is absent.
 * @param path where it stands, for errors; empty for the document itself
 * @throws invalid_argument for another value, and for a member that is not known: it would say something that is not heard
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

/** Undefined where there is none. @throws invalid_argument for another value than a text */
export function textOf(value: Json | undefined, path: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw invalidArgument(path, 'must be a text')
  return value
}

/** Empty where there are none. @throws invalid_argument for another value than a list of texts */
export function textsOf(value: Json | undefined, path: string, most = 1000): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw invalidArgument(path, 'must be a list of texts')
  if (value.length > most) throw invalidArgument(path, `has ${value.length} entries, the most is ${most}`)
  return value.map((entry: Json, index) => {
    if (typeof entry !== 'string') throw invalidArgument(`${path}[${index}]`, 'must be a text')
    return entry
  })
}

/** @throws invalid_argument for another value than true or false */
export function booleanOf(value: Json | undefined, path: string, otherwise: boolean): boolean {
  if (value === undefined || value === null) return otherwise
  if (typeof value !== 'boolean') throw invalidArgument(path, 'must be true or false')
  return value
}

/** @throws invalid_argument for another value than a whole number within the bounds */
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
