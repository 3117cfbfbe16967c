import type { TenantSql } from '@assay/store'
import { identityNamesById } from './lookups.ts'

/** The name of somebody whose id is a value of an attribute. */
export interface ValueName {
  readonly attribute: string
  readonly value: string
  readonly displayName: string
}

/** Attributes whose values are ids of people: who manages somebody, and everybody above. */
export const attributesOfPeople: readonly string[] = ['manager', 'managers']

/** Names of the values that are ids of people; of those whom the reader may not see there are none. */
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
