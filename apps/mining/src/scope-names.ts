import {
  applicationKeys,
  applicationsByKey,
  attributesOfPeople,
  identityNamesById,
  type ScopeConditions,
  type ValueName,
} from '@assay/directory'
import type { TenantSql } from '@assay/store'

/** The names behind the ids of a scope. */
export interface ScopeNames {
  readonly managerDisplayName: string
  readonly applicationDisplayNames: { [id: string]: string }
  readonly valueNames: ValueName[]
}

/** Reads the names for all scopes of an answer together. @returns a function that returns the names of one of these scopes */
export async function namesOfScopes(
  sql: TenantSql,
  scopes: Iterable<ScopeConditions>,
): Promise<(scope: ScopeConditions) => ScopeNames> {
  const people = new Set<string>()
  const applications = new Set<string>()
  for (const { filters, managerId, applicationIds } of scopes) {
    if (managerId !== undefined) people.add(managerId)
    for (const id of applicationIds) applications.add(id)
    for (const { attribute, values } of filters)
      if (attributesOfPeople.includes(attribute)) for (const value of values) people.add(value)
  }
  const personNames = await identityNamesById(sql, [...people])
  const applicationNames = await namesOfApplications(sql, [...applications])
  return ({ filters, managerId, applicationIds }) => ({
    managerDisplayName: personNames.get(managerId ?? '') ?? '',
    applicationDisplayNames: Object.fromEntries(
      applicationIds.flatMap((id) => {
        const name = applicationNames.get(id)
        return name === undefined ? [] : [[id, name]]
      }),
    ),
    valueNames: filters.flatMap(({ attribute, values }) => {
      if (!attributesOfPeople.includes(attribute)) return []
      return values.flatMap((value) => {
        const displayName = personNames.get(value)
        return displayName === undefined ? [] : [{ attribute, value, displayName }]
      })
    }),
  })
}

async function namesOfApplications(sql: TenantSql, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const keys = await applicationKeys(sql, ids, { includeDeleted: true })
  const known = await applicationsByKey(sql, [...keys.values()])
  return new Map([...known.values()].map(({ id, displayName }) => [id, displayName]))
}
