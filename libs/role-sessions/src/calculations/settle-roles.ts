import { itemAt } from '@assay/errors'
import { type MatchableRole, matchRoles } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { type FiguredRole, figuresOf, profileSets } from '../potential-roles/role-figures.ts'
import type { TakenCalculation } from './calculations.ts'
import { foundBy } from './store-roles.ts'

/** The condition that somebody decided about a row of `potential_roles role`, or worked on it. */
function isKept(sql: TenantSql) {
  return sql`(${isWorkedOn(sql)} or role.dismissed_at is not null)`
}

/** The condition that somebody saved, named, described, edited or provisioned a row of `potential_roles role`. */
export function isWorkedOn(sql: TenantSql) {
  return sql`(role.saved or role.name is not null or role.description is not null
    or role.excluded_entitlement_keys <> '{}' or role.provision_state <> 'POTENTIAL')`
}

/**
 * Called when all roles of a calculation are stored. A role of an earlier calculation that somebody worked on or dismissed
 * takes the content of the most similar new role; without such a role it does not change. All other roles of earlier
 * calculations are deleted.
 */
export async function settleRoles(sql: TenantSql, { session, showsEarly }: TakenCalculation): Promise<void> {
  // A calculation that shows its roles early has no earlier ones.
  if (!showsEarly) await settleEarlier(sql, session)
  await refreshFigures(sql, session)
}

async function settleEarlier(
  sql: TenantSql,
  { id: sessionId, calculation }: TakenCalculation['session'],
): Promise<void> {
  await sql`
    delete from potential_roles role
    where session_id = ${sessionId} and calculation < ${calculation} and not ${isKept(sql)}`
  const earlier = await matchable(sql, sql`calculation < ${calculation}`, sessionId)
  if (earlier.length === 0) return
  const found = await matchable(sql, sql`calculation = ${calculation} and not ${isKept(sql)}`, sessionId)
  const matches = matchRoles(earlier, found)
  await takeOver(
    sql,
    calculation,
    matches.map(({ before }) => itemAt(earlier, before).id),
    matches.map(({ after }) => itemAt(found, after).id),
  )
}

async function matchable(sql: TenantSql, which: ReturnType<typeof isKept>, sessionId: string) {
  return sql<(MatchableRole & { id: string })[]>`
    select id, identity_keys as identities, entitlement_keys as entitlements from potential_roles role
    where session_id = ${sessionId} and ${which} order by created_at, id for update`
}

/** Gives each role of `kept` the content of its counterpart in `found`, and deletes the row of the counterpart. */
async function takeOver(sql: TenantSql, calculation: number, kept: string[], found: string[]): Promise<void> {
  if (kept.length === 0) return
  await sql`
    update potential_roles role set calculation = ${calculation}, modified_at = now(),
      ${foundBy(sql, 'fresh')}
    from unnest(${kept}::uuid[], ${found}::uuid[]) pair (kept, found)
    join potential_roles fresh on fresh.id = pair.found
    where role.id = pair.kept`
  await sql`delete from potential_roles where id = any(${found}::uuid[])`
}

/**
 * Computes figures that depend on what people did to a role, which the miner does not know. If entitlements are excluded, the
 * figures are those of the rest. The profile that was made from a role does not count as an existing profile.
 */
async function refreshFigures(
  sql: TenantSql,
  session: { readonly id: string; readonly calculation: number },
): Promise<void> {
  const changed = await sql<(FiguredRole & { id: string })[]>`
    select id, entitlement_keys as own, granted_counts as granted, organisation_counts as organisation,
      organisation_size as "organisationSize", excluded_entitlement_keys as excluded,
      identity_count as size, role_id as "roleId"
    from potential_roles
    where session_id = ${session.id} and calculation = ${session.calculation}
      and (excluded_entitlement_keys <> '{}' or role_id is not null)`
  if (changed.length === 0) return
  const profiles = await profileSets(sql)
  const figures = changed.map((role) => figuresOf(role, profiles))
  await sql`
    update potential_roles role set entitlement_count = left_over.entitlement_count, density = left_over.density,
      freshness = left_over.freshness, quality = left_over.quality
    from unnest(${changed.map(({ id }) => id)}::uuid[], ${figures.map((one) => one.entitlementCount)}::integer[],
      ${figures.map((one) => one.density)}::smallint[], ${figures.map((one) => one.freshness)}::smallint[],
      ${figures.map((one) => one.quality)}::smallint[]) left_over (id, entitlement_count, density, freshness, quality)
    where role.id = left_over.id`
}
