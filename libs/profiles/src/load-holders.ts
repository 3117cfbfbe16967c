import { type Holders, holdersOf } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import type { MembershipRule } from './membership-rule.ts'

/** Who holds what the rules name, by the import in force; one pass over the grants for all of them. */
export function loadHolders(sql: TenantSql, rules: readonly MembershipRule[]): Promise<Holders[]> {
  return holdersOf(sql, [
    ...rules.flatMap((rule) => rule.applications.map((applicationId) => ({ applicationId, entitlementId: null }))),
    ...rules.flatMap((rule) => rule.entitlements),
  ])
}
