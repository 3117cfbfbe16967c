import { entitlementsByKey, identityNamesById } from '@assay/directory'
import { itemAt } from '@assay/errors'
import type { Snapshot, SuggestionNames } from '@assay/mining'
import type { TenantSql } from '@assay/store'

/** Names of entitlements of a snapshot, by ordinal, and of managers, by id, for sentences. */
export async function namesFor(
  sql: TenantSql,
  snapshot: Snapshot,
  ordinals: ReadonlySet<number>,
  managers: readonly string[],
): Promise<SuggestionNames> {
  const details = await entitlementsByKey(
    sql,
    [...ordinals].map((ordinal) => itemAt(snapshot.entitlementKey, ordinal)),
  )
  const managerNames = await identityNamesById(sql, [...new Set(managers)])
  const applicationNames = new Map<number, string>()
  for (const ordinal of ordinals) {
    const found = details.get(itemAt(snapshot.entitlementKey, ordinal))
    if (found) applicationNames.set(itemAt(snapshot.entitlementApplication, ordinal), found.applicationDisplayName)
  }
  return {
    application: (ordinal) => applicationNames.get(ordinal) ?? '',
    entitlement: (ordinal) => details.get(itemAt(snapshot.entitlementKey, ordinal))?.displayName ?? '',
    value: (attribute, value) => (attribute === 'manager' ? managerNames.get(value) : undefined),
  }
}

/** The managers whom some filters name. */
export function managersOf(
  filters: readonly { readonly attribute: string; readonly values: readonly string[] }[],
): string[] {
  return filters.filter(({ attribute }) => attribute === 'manager').flatMap(({ values }) => values)
}
