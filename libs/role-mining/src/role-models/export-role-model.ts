import { type EntitlementDetails, entitlementsByKey } from '@assay/directory'
import { DomainError, failedPrecondition } from '@assay/errors'
import { createAccessProfile } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { getRoleModel, listRoleModelRoles, type RoleModelPosition, type StoredRole } from './role-models.ts'
import { roleTitle } from './role-title.ts'

/** Limits the roles in memory. */
const rolesAtATime = 100
const longestName = 200

/**
 * Makes an access profile from each role, without a rule, in the caller's transaction. Profiles from an earlier call stay unchanged.
 * @returns the number of profiles of the model
 * @throws not_found; failed_precondition for a model that has not completed, or with an entitlement that no longer exists
 */
export async function exportRoleModel(
  sql: TenantSql,
  tenantId: number,
  createdBy: string,
  modelId: string,
): Promise<number> {
  const { id, state } = await getRoleModel(sql, modelId)
  if (state !== 'completed') throw failedPrecondition(`the role model "${id}" has not completed, so it has no roles`)
  let count = 0
  let after: RoleModelPosition | undefined
  do {
    const { roles, last } = await listRoleModelRoles(sql, id, { size: rolesAtATime, after })
    const known = await entitlementsByKey(sql, [...new Set(roles.flatMap(({ entitlementKeys }) => entitlementKeys))])
    for (const role of roles) {
      const entitlements = role.entitlementKeys.flatMap((key) => known.get(key) ?? [])
      await makeProfile(sql, tenantId, createdBy, id, role, entitlements)
      count++
    }
    after = last
  } while (after !== undefined)
  return count
}

async function makeProfile(
  sql: TenantSql,
  tenantId: number,
  createdBy: string,
  modelId: string,
  { number, identityCount }: StoredRole,
  entitlements: readonly EntitlementDetails[],
): Promise<void> {
  try {
    await createAccessProfile(sql, tenantId, {
      displayName: `Role model ${number}: ${roleTitle(entitlements.map(nameOf), entitlements.length).slice(0, longestName)}`,
      description: `Role ${number} of the role model ${modelId}: ${identityCount} people, ${entitlements.length} entitlements.`,
      createdBy,
      entitlements: entitlements.map(({ applicationId, id }) => ({ applicationId, entitlementId: id })),
      requestId: `${modelId}/${number}`,
    })
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind !== 'invalid_argument') throw error
    throw failedPrecondition(
      `role ${number} cannot become an access profile: ${error.message}. Mine a model of the access data in force.`,
    )
  }
}

function nameOf({ displayName, id }: EntitlementDetails): string {
  return displayName || id
}
