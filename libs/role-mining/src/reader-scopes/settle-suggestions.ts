import { lockSettledScope, type ScopeKeys } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { cohortMembers, ordinalsOf, type Snapshot } from '@assay/mining'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import type { CohortFilter } from '../cohort-filters.ts'

/** Other requests continue between pieces: finding a cohort takes milliseconds. */
const pieceSize = 8

/** A suggestion for which it is not stored yet whether it is inside a scope. */
interface UnsettledSuggestion {
  readonly id: string
  readonly filters: readonly CohortFilter[]
  readonly entitlementKeys: readonly number[]
}

/** Whether there are unsettled suggestions. The bounded reader calls it, although it does not see them. */
export async function hasUnsettledSuggestions(sql: TenantSql, scopeId: string): Promise<boolean> {
  const [row] = await sql<{ has: boolean }[]>`select has_unsettled_suggestions(${scopeId}::uuid) as has`
  return row?.has === true
}

/** The unsettled suggestions, in a transaction that is not bounded. */
export async function unsettledSuggestions(sql: TenantSql, scopeId: string): Promise<UnsettledSuggestion[]> {
  return sql<UnsettledSuggestion[]>`
    select id, cohort_filters as filters,
      array(select (one ->> 'key')::integer from jsonb_array_elements(entitlements) one) as "entitlementKeys"
    from role_mining_suggestions suggestion
    where not exists (
      select from scope_suggestions settled where settled.scope_id = ${scopeId} and settled.suggestion_id = suggestion.id)`
}

/** Call it when the people of a scope have changed. */
export async function forgetSettledSuggestions(sql: TenantSql, scopeId: string): Promise<void> {
  await sql`delete from scope_suggestions where scope_id = ${scopeId}`
}

/**
 * Stores for each suggestion whether it is inside the scope: it matches at least one person, all its people are people of the scope, and
 * all its entitlements are of the scope's applications. It writes nothing when the people of the scope were computed again meanwhile.
 */
export async function settleSuggestions(
  sql: Sql,
  tenantId: number,
  snapshot: Snapshot,
  scope: { readonly id: string; readonly keys: ScopeKeys },
  suggestions: readonly UnsettledSuggestion[],
): Promise<void> {
  const isInside = new Uint8Array(snapshot.identityCount)
  for (const person of ordinalsOf(snapshot.identityKey, scope.keys.people).ordinals) isInside[person] = 1
  const applications = new Set(scope.keys.applications)
  const isOfScope = (key: number) => !scope.keys.boundsApplications || applications.has(applicationOf.get(key) ?? -1)
  const applicationOf = new Map(
    Array.from(snapshot.entitlementKey, (key, entitlement) => [
      key,
      snapshot.applicationKey[itemAt(snapshot.entitlementApplication, entitlement)],
    ]),
  )
  const known = new Set(snapshot.attributes.map(({ key }) => key))
  const verdicts: { id: string; inside: boolean }[] = []
  for (const [index, { id, filters, entitlementKeys }] of suggestions.entries()) {
    if (index % pieceSize === pieceSize - 1) await new Promise((resolve) => setImmediate(resolve))
    const people = filters.every(({ attribute }) => known.has(attribute)) ? cohortMembers(snapshot, filters) : []
    const inside =
      people.length > 0 && people.every((person) => isInside[person] === 1) && entitlementKeys.every(isOfScope)
    verdicts.push({ id, inside })
  }
  await inTenant(sql, tenantId, async (scoped) => {
    if ((await lockSettledScope(scoped, scope.id)) !== scope.keys.revision) return
    await scoped`
      insert into scope_suggestions (tenant_id, scope_id, suggestion_id, is_inside)
      select ${tenantId}::integer, ${scope.id}::uuid, id, inside
      from jsonb_to_recordset(${JSON.stringify(verdicts)}::text::jsonb) as verdict (id uuid, inside boolean)
      on conflict do nothing`
  })
}
