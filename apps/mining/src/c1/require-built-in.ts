import { applicationKeys } from '@assay/directory'
import { notFound } from '@assay/errors'
import { builtInApplication } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { Code, ConnectError } from '@connectrpc/connect'

/**
 * Of calls that change memberships of access profiles and nothing of an import.
 * @param why nothing else is changed
 * @throws not_found for an unknown application; unimplemented for one of an import
 */
export async function requireBuiltIn(sql: TenantSql, appId: string, why: string): Promise<void> {
  if (appId === builtInApplication.id) return
  if (!(await applicationKeys(sql, [appId])).has(appId)) throw notFound('application', appId)
  throw new ConnectError(
    `only memberships of access profiles, the entitlements of the app "${builtInApplication.id}", can be changed: ${why}`,
    Code.Unimplemented,
  )
}
