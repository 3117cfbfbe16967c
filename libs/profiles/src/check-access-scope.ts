import { invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { AccessScope } from './cel-from-filters.ts'

/**
 * A scope that nobody can be in is a slip of the pen rather than an empty cohort.
 * @throws invalid_argument on `field` for an application or entitlement that does not exist, or no longer
 */
export async function checkAccessScope(sql: TenantSql, field: string, scope: AccessScope): Promise<void> {
  const { applicationId, entitlementId } = scope
  const [application] = await sql<{ key: number }[]>`
    select key from applications where id = ${applicationId} and not deleted`
  if (application === undefined) throw invalidArgument(field, `there is no application "${applicationId}"`)
  if (entitlementId === undefined) return
  const found = await sql`
    select from entitlements where application_key = ${application.key} and id = ${entitlementId} and not deleted`
  if (found.count === 0)
    throw invalidArgument(field, `application "${applicationId}" has no entitlement "${entitlementId}"`)
}
