import type { TenantSql } from '@assay/store'
import { shownAttributeName } from '../attribute-names.ts'
import type { AttributeDistribution, PotentialRole } from '../potential-role.ts'
import { getSession } from '../sessions/session-rows.ts'
import { idsOf } from './draft-roles.ts'
import { isRole, type PotentialRoleKey, roleNotFound, type SummaryRow, summaryColumns, summaryOf } from './role-rows.ts'

interface RoleRow extends SummaryRow {
  readonly identityIds: string[]
  readonly excludedEntitlements: string[]
  readonly identityDistribution: AttributeDistribution[]
}

/** @throws not_found */
export async function getPotentialRole(sql: TenantSql, key: PotentialRoleKey): Promise<PotentialRole> {
  const [row] = await sql<RoleRow[]>`
    select ${summaryColumns(sql)}, role.identity_distribution as "identityDistribution",
      ${idsOf(sql, 'identities', sql`role.identity_keys`)} as "identityIds",
      ${idsOf(sql, 'entitlements', sql`role.excluded_entitlement_keys`)} as "excludedEntitlements"
    from potential_roles role where ${isRole(sql, key)}`
  if (row === undefined) throw await roleNotFound(sql, key)
  const session = await getSession(sql, row.sessionId)
  const { identityIds, excludedEntitlements, identityDistribution, ...summary } = row
  return {
    ...summaryOf(summary, session),
    identityIds,
    excludedEntitlements,
    identityDistribution: identityDistribution.map(({ attributeName, distribution }) => ({
      attributeName: shownAttributeName(attributeName),
      distribution,
    })),
  }
}
