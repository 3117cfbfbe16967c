import type { TenantSql } from '@assay/store'
import { isRole, type PotentialRoleKey, roleNotFound } from '../potential-roles/role-rows.ts'

/** The options that leave entitlements out of an export. */
export interface ExportOptions {
  /** The percentage of the role's identities that must hold an entitlement, 0 to 100. */
  readonly minEntitlementPopularity: number
  readonly includeCommonAccess: boolean
}

export const exportEverything: ExportOptions = { minEntitlementPopularity: 0, includeCommonAccess: true }

/** The content of an archive, by keys of the directory. It is read once, so that the whole archive shows one moment. */
export interface ExportPlan {
  readonly roleId: string
  /** By name. */
  readonly identityKeys: readonly number[]
  readonly organisationSize: number
  /** Most popular first, without excluded ones. */
  readonly entitlements: readonly PlannedEntitlement[]
  /** The last change of the role, which is also the time of the archive's files, so that the same role gives the same bytes. */
  readonly modifiedAt: Date
}

interface PlannedEntitlement {
  readonly key: number
  readonly granted: number
  readonly organisation: number
}

/** @throws not_found */
export async function planExport(sql: TenantSql, key: PotentialRoleKey, options: ExportOptions): Promise<ExportPlan> {
  const [role] = await sql<
    (Omit<ExportPlan, 'entitlements'> &
      Record<'own' | 'granted' | 'organisation' | 'common', number[]> & {
        commonGranted: number[]
        commonOrganisation: number[]
        excluded: number[]
      })[]
  >`
    select id as "roleId", identity_keys as "identityKeys", organisation_size as "organisationSize",
      modified_at as "modifiedAt", entitlement_keys as own, granted_counts as granted, organisation_counts as organisation,
      common_entitlement_keys as common, common_granted_counts as "commonGranted",
      common_organisation_counts as "commonOrganisation", excluded_entitlement_keys as excluded
    from potential_roles role where ${isRole(sql, key)}`
  if (role === undefined) throw await roleNotFound(sql, key)
  const { roleId, identityKeys, organisationSize, modifiedAt } = role
  const excluded = new Set(role.excluded)
  const common = options.includeCommonAccess ? zip(role.common, role.commonGranted, role.commonOrganisation) : []
  const entitlements = [...zip(role.own, role.granted, role.organisation), ...common]
    .filter((entitlement) => !excluded.has(entitlement.key))
    .filter(({ granted }) => 100 * granted >= options.minEntitlementPopularity * identityKeys.length)
    .sort((a, b) => b.granted - a.granted || a.key - b.key)
  return { roleId, identityKeys, organisationSize, modifiedAt, entitlements }
}

function zip(keys: readonly number[], granted: readonly number[], organisation: readonly number[]) {
  return keys.map(
    (key, i): PlannedEntitlement => ({ key, granted: granted[i] ?? 0, organisation: organisation[i] ?? 0 }),
  )
}
