import { identityExists } from '@assay/directory'
import { failedPrecondition, invalidArgument } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import { asJson, type TenantSql } from '@assay/store'
import { type ExportOptions, planExport } from '../exports/export-plan.ts'
import { requirePercentage } from '../exports/export-records.ts'
import { getPotentialRole } from '../potential-roles/get-role.ts'
import { isRole, type PotentialRoleKey } from '../potential-roles/role-rows.ts'
import { provisionQueue } from '../queues.ts'

const longestName = 256
const longestDescription = 4_096

/** A request to create an access profile from a potential role. */
export interface ProvisionRequest extends ExportOptions {
  /** Undefined: the name of the potential role. */
  readonly name: string | undefined
  readonly description: string | undefined
  /** The id of the identity that owns the profile. */
  readonly ownerId: string | undefined
  /** Whether the potential role's identities become members. */
  readonly includeIdentities: boolean
  /** The caller: the id of an identity or of an API client. */
  readonly requestedBy: string
}

/** The stored request, until the profile is created. */
export interface StoredProvision {
  readonly name: string
  readonly description: string
  readonly ownerId: string
  readonly includeIdentities: boolean
  readonly requestedBy: string
  readonly entitlementKeys: readonly number[]
}

/**
 * The profile that a request would create, for the policies that have to allow it; entitlements and identities by key.
 * @throws not_found
 */
export async function provisionCandidate(sql: TenantSql, key: PotentialRoleKey, request: ProvisionRequest) {
  const role = await getPotentialRole(sql, key)
  const { entitlements, identityKeys } = await planExport(sql, key, request)
  return {
    displayName: request.name?.trim() || role.name,
    identityKeys: [...identityKeys],
    entitlementKeys: entitlements.map((entitlement) => entitlement.key),
  }
}

/**
 * Requests an access profile. The request and its job are written in the caller's transaction.
 * @throws not_found; failed_precondition if it was requested already and has not failed; invalid_argument for an unknown owner,
 * a popularity outside 0 to 100, texts that are too long, and if no entitlement is left
 */
export async function requestProvision(
  sql: TenantSql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  key: PotentialRoleKey,
  request: ProvisionRequest,
): Promise<void> {
  requirePercentage('min_entitlement_popularity', request.minEntitlementPopularity)
  const role = await getPotentialRole(sql, key)
  await sql`select from potential_roles role where ${isRole(sql, key)} for update`
  if (role.provisionState === 'PENDING' || role.provisionState === 'COMPLETE') {
    const state =
      role.provisionState === 'PENDING' ? 'is being provisioned already' : `has become ${role.roleId} already`
    throw failedPrecondition(`the potential role "${role.id}" ${state}; a role is provisioned once`)
  }
  const name = textOf('roleName', request.name, longestName) ?? role.name
  const description = textOf('roleDescription', request.description, longestDescription) ?? role.description ?? ''
  if (request.ownerId) await requireOwner(sql, request.ownerId)
  const { entitlements } = await planExport(sql, key, request)
  if (entitlements.length === 0) {
    throw invalidArgument('min_entitlement_popularity', 'leaves no entitlement for the role; choose a lower one')
  }
  const stored: StoredProvision = {
    name,
    description,
    ownerId: request.ownerId ?? '',
    includeIdentities: request.includeIdentities,
    requestedBy: request.requestedBy,
    entitlementKeys: entitlements.map((entitlement) => entitlement.key),
  }
  await sql`
    update potential_roles role set provision_state = 'PENDING', provision_request = ${asJson(sql, stored)},
      provision_error = '', dismissed_at = null, dismissal_reason = null, modified_at = now()
    where ${isRole(sql, key)}`
  const after = { ...stored, requestedBy: undefined, entitlementKeys: undefined, entitlements: entitlements.length }
  await recordEntry(sql, { kind: 'role.provision', subject: { type: 'role', id: role.id }, after })
  await jobs.enqueue(sql, provisionQueue, { tenantId, potentialRoleId: role.id }, role.id)
}

function textOf(field: string, text: string | undefined, most: number): string | undefined {
  const trimmed = text?.trim()
  if (trimmed === undefined || trimmed === '') return undefined
  if ([...trimmed].length > most) throw invalidArgument(field, `must have at most ${most} characters`)
  return trimmed
}

async function requireOwner(sql: TenantSql, id: string): Promise<void> {
  if (!(await identityExists(sql, id))) throw invalidArgument('owner_id', `nobody has the id ${JSON.stringify(id)}`)
}
