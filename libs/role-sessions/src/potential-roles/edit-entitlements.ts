import { entitlementsByKey } from '@assay/directory'
import { invalidArgument, listed } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { type FiguredRole, figuresOf, profileSets } from './role-figures.ts'
import { isRole, type PotentialRoleKey, roleNotFound } from './role-rows.ts'

/**
 * Excludes entitlements from a role, or includes them again; common access too. Its counts and figures become those of the
 * rest. Calling it twice has the same effect as calling it once.
 * @throws not_found; invalid_argument that names ids that the role does not have
 */
export async function editEntitlements(
  sql: TenantSql,
  key: PotentialRoleKey,
  { ids, exclude }: { readonly ids: readonly string[]; readonly exclude: boolean },
): Promise<void> {
  const [role] = await sql<(FiguredRole & { common: number[] })[]>`
    select entitlement_keys as own, granted_counts as granted, organisation_counts as organisation,
      organisation_size as "organisationSize", common_entitlement_keys as common,
      excluded_entitlement_keys as excluded, identity_count as size, role_id as "roleId"
    from potential_roles role where ${isRole(sql, key)} for update`
  if (role === undefined) throw await roleNotFound(sql, key)
  const named = await keysOf(sql, [...role.own, ...role.common], ids)
  const excluded = exclude
    ? [...new Set([...role.excluded, ...named])]
    : role.excluded.filter((entitlement) => !named.includes(entitlement))

  const figures = figuresOf({ ...role, excluded }, await profileSets(sql))
  const { entitlementCount, density, freshness, quality } = figures
  await sql`
    update potential_roles role set excluded_entitlement_keys = ${excluded}::integer[], entitlement_count = ${entitlementCount},
      density = ${density}, freshness = ${freshness}, quality = ${quality}, modified_at = now()
    where ${isRole(sql, key)}`
  const kind = exclude ? 'role.entitlements.exclude' : 'role.entitlements.include'
  const [before, after] = [role.excluded, excluded].map((keys) => ({ excluded: keys.length }))
  await recordEntry(sql, {
    kind,
    subject: { type: 'role', id: key.id },
    before,
    after: { ...after, entitlements: ids },
  })
}

/** @throws invalid_argument for ids that are not entitlements of the role */
async function keysOf(sql: TenantSql, ofRole: readonly number[], ids: readonly string[]): Promise<number[]> {
  if (ids.length === 0) throw invalidArgument('ids', 'must name at least one entitlement of the potential role')
  const wanted = new Set(ids)
  const named = [...(await entitlementsByKey(sql, ofRole)).values()].filter(({ id }) => wanted.has(id))
  const known = new Set(named.map(({ id }) => id))
  const unknown = [...wanted].filter((id) => !known.has(id))
  if (unknown.length > 0) {
    const shown = unknown.map((id) => JSON.stringify(id))
    throw invalidArgument('ids', `the potential role has no entitlement ${listed(shown)}`)
  }
  return named.map(({ key }) => key).sort((a, b) => a - b)
}
