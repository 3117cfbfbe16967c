import { randomUUID } from 'node:crypto'
import { failedPrecondition, invalidArgument, notFound } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import { isUuid, type TenantSql } from '@assay/store'
import { requireRole } from '../potential-roles/role-entitlements.ts'
import { isRole, type PotentialRoleKey } from '../potential-roles/role-rows.ts'
import { exportQueue } from '../queues.ts'
import type { ExportOptions } from './export-plan.ts'

type ExportState = 'QUEUED' | 'IN_PROGRESS' | 'SUCCESS' | 'ERROR'

/** A requested export. It is kept for 7 days. */
export interface PotentialRoleExport extends ExportOptions {
  readonly id: string
  readonly potentialRoleId: string
  readonly state: ExportState
  /** The key of the archive in the object storage; null if it is in the database or not stored yet. */
  readonly objectKey: string | null
}

/**
 * Requests an export. Its row and its job are written in the caller's transaction.
 * @throws not_found for the role; invalid_argument for a popularity outside 0 to 100
 */
export async function requestExport(
  sql: TenantSql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  key: PotentialRoleKey,
  { minEntitlementPopularity, includeCommonAccess }: ExportOptions,
): Promise<PotentialRoleExport> {
  requirePercentage('minEntitlementPopularity', minEntitlementPopularity)
  await requireRole(sql, key)
  const id = randomUUID()
  await sql`
    insert into potential_role_exports (tenant_id, id, potential_role_id, min_entitlement_popularity, include_common_access)
    values (${tenantId}, ${id}, ${key.id}, ${minEntitlementPopularity}, ${includeCommonAccess})`
  await jobs.enqueue(sql, exportQueue, { tenantId, exportId: id }, id)
  return getExport(sql, key, id)
}

/** @throws invalid_argument */
export function requirePercentage(field: string, value: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= 100) return
  throw invalidArgument(field, `must be a whole number from 0 to 100, it is ${value}`)
}

/** @throws not_found, also for an export that has expired or belongs to another role */
export async function getExport(sql: TenantSql, key: PotentialRoleKey, id: string): Promise<PotentialRoleExport> {
  await requireRole(sql, key)
  const [found] = isUuid(id)
    ? await sql<PotentialRoleExport[]>`
        select ${exportColumns(sql)} from potential_role_exports export
        join potential_roles role on role.tenant_id = export.tenant_id and role.id = export.potential_role_id
        where export.id = ${id} and ${isRole(sql, key)} and export.expires_at > now()`
    : []
  if (found === undefined) throw notFound('export', id)
  return found
}

/** @throws not_found; failed_precondition for an export that has not succeeded */
export async function getFinishedExport(
  sql: TenantSql,
  key: PotentialRoleKey,
  id: string,
): Promise<PotentialRoleExport> {
  const found = await getExport(sql, key, id)
  if (found.state === 'SUCCESS') return found
  const remedy = found.state === 'ERROR' ? 'ask for another one' : 'wait until its status is SUCCESS'
  throw failedPrecondition(`the export "${id}" cannot be downloaded: its status is ${found.state}; ${remedy}`)
}

export function exportColumns(sql: TenantSql) {
  return sql`export.id, export.potential_role_id as "potentialRoleId", export.state, export.object_key as "objectKey",
    export.min_entitlement_popularity as "minEntitlementPopularity", export.include_common_access as "includeCommonAccess"`
}
