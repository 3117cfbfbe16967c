import { applicationKeys } from '@assay/directory'
import { notFound } from '@assay/errors'
import { builtInApplication } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { Code, ConnectError } from '@connectrpc/connect'

/**
 * For calls that can change only memberships of access profiles, not imported access.
 * @param why imported access cannot be changed by the call
 * @throws not_found for an unknown application; unimplemented for an imported one
 */
export async function requireBuiltIn(sql: TenantSql, appId: string, why: string): Promise<void> {
  if (appId === builtInApplication.id) return
  if (!(await applicationKeys(sql, [appId])).has(appId)) throw notFound('application', appId)
  throw new ConnectError(
    `only memberships of access profiles, the entitlements of the app "${builtInApplication.id}", can be changed: ${why}`,
    Code.Unimplemented,
  )
}
