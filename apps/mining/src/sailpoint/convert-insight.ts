import type { RoleUpdates } from '@assay/candidates'
import { type Entitlement, entitlementsByKey, listedEntitlements } from '@assay/directory'
import { ownerIdOf } from '@assay/profiles'
import type { TenantSql } from '@assay/store'

/** All updates of one role. @param names of identities by id */
export function toInsightMessage(found: RoleUpdates, names: ReadonlyMap<string, string>, since: Date | undefined) {
  const { profile, updates, holdingAll } = found
  const ownerName = names.get(ownerIdOf(profile))
  return {
    id: profile.id,
    numberOfUpdates: updates.length,
    createdDate: since?.toISOString(),
    role: {
      name: profile.displayName,
      id: profile.id,
      description: profile.description === '' ? undefined : profile.description,
      ownerName,
      ownerId: ownerName === undefined ? undefined : ownerIdOf(profile),
    },
    insight: insightOf(found, holdingAll),
  }
}

/** @param holders the number of the people who hold it */
export function insightOf({ people }: RoleUpdates, holders: number) {
  return {
    type: 'ADD',
    identitiesWithAccess: holders,
    identitiesImpacted: people.length - holders,
    totalNumberOfIdentities: people.length,
  }
}

/** An entitlement with the name of its source. */
export interface SourcedEntitlement extends Entitlement {
  readonly sourceName: string
}

/** Entitlements by key; keys without an entitlement are left out. */
export async function sourcedEntitlements(
  sql: TenantSql,
  keys: readonly number[],
): Promise<ReadonlyMap<number, SourcedEntitlement>> {
  const [details, names] = [await listedEntitlements(sql, keys), await entitlementsByKey(sql, keys)]
  return new Map(
    [...details].map(([key, one]) => {
      const sourceName = names.get(key)?.applicationDisplayName || one.applicationId
      return [key, { ...one, sourceName }]
    }),
  )
}

/** An entitlement that the role could give in addition. */
export function toChangeMessage(found: RoleUpdates, entitlement: SourcedEntitlement, holders: number) {
  return { ...toEntitlementMembers(entitlement), insight: insightOf(found, holders) }
}

/** The members of an entitlement in insights. */
export function toEntitlementMembers({ id, displayName, description, attribute, sourceName }: SourcedEntitlement) {
  return {
    name: displayName || id,
    id,
    description: description === '' ? undefined : description,
    attribute: attribute === '' ? undefined : attribute,
    value: id,
    source: sourceName,
  }
}
