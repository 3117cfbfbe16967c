import { applicationKeys, entitlementKeys } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { AccessScope } from './cel-from-filters.ts'

/**
 * Checks that a scope names an existing application or entitlement. A scope without any possible member is a mistake and not an empty
 * cohort.
 * @throws invalid_argument on `field` for an application or entitlement that does not exist any more or never did
 */
export async function checkAccessScope(sql: TenantSql, field: string, scope: AccessScope): Promise<void> {
  const { applicationId, entitlementId } = scope
  const applications = await applicationKeys(sql, [applicationId])
  if (!applications.has(applicationId)) throw invalidArgument(field, `there is no application "${applicationId}"`)
  if (entitlementId === undefined) return
  const [key] = await entitlementKeys(sql, [{ applicationId, entitlementId }])
  if (key === undefined)
    throw invalidArgument(field, `application "${applicationId}" has no entitlement "${entitlementId}"`)
}
