import type { TenantSql } from '@assay/store'
import { identityNamesById } from './lookups.ts'

/** The name of the identity whose id is the value of an attribute. */
export interface ValueName {
  readonly attribute: string
  readonly value: string
  readonly displayName: string
}

/** Attributes whose values are ids of people: the manager, and all managers above. */
export const attributesOfPeople: readonly string[] = ['manager', 'managers']

/** The values of filters that are ids of people, each once for each attribute. */
export function valuesOfPeople(
  filters: readonly { readonly attribute: string; readonly values: readonly string[] }[],
): readonly { readonly attribute: string; readonly value: string }[] {
  const valuesOf = new Map(attributesOfPeople.map((attribute) => [attribute, new Set<string>()]))
  // Added one by one, because a page of sessions has up to five million values.
  for (const { attribute, values } of filters) for (const value of values) valuesOf.get(attribute)?.add(value)
  return [...valuesOf].flatMap(([attribute, values]) => [...values].map((value) => ({ attribute, value })))
}

/** The names of the values that are ids of people, except people whom the reader may not see. */
export async function valueNames(
  sql: TenantSql,
  conditions: readonly { readonly attribute: string; readonly value: string }[],
): Promise<readonly ValueName[]> {
  const ofPeople = conditions.filter(({ attribute }) => attributesOfPeople.includes(attribute))
  if (ofPeople.length === 0) return []
  const names = await identityNamesById(sql, [...new Set(ofPeople.map(({ value }) => value))])
  return ofPeople.flatMap(({ attribute, value }) => {
    const displayName = names.get(value)
    return displayName === undefined ? [] : [{ attribute, value, displayName }]
  })
}
