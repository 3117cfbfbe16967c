import { type ModelingAccess, type Principal, requireModelingAccess } from '@assay/auth'
import { RoleMiningPotentialRoleSummarySchema } from '@assay/contracts/sailpoint/iai/rolemining/v1/potential_role_pb'
import type { Jobs } from '@assay/jobs'
import type { ArchiveStore } from '@assay/role-sessions'
import { principalOf, VersionedMessages } from '@assay/server'
import { inTenant, type Sql, type TenantOptions, type TenantSql } from '@assay/store'
import type { HandlerContext } from '@connectrpc/connect'

/** What every service of this process works with. */
export interface ServiceContext {
  readonly sql: Sql
  readonly jobs: Jobs
  readonly archives: ArchiveStore
  /** Potential roles in short, as they were last answered. */
  readonly summaries: VersionedMessages<typeof RoleMiningPotentialRoleSummarySchema>
}

/** A page of the longest list twenty times over; one takes some 4 kB. */
const mostSummaries = 5_000

export function keptSummaries(): ServiceContext['summaries'] {
  return new VersionedMessages(RoleMiningPotentialRoleSummarySchema, mostSummaries)
}

type Work<T> = (sql: TenantSql, caller: Principal) => Promise<T>

/**
 * Runs `work` for a caller who reads: in one transaction scoped to the caller's tenant, which sees one state of the data,
 * so that a list, its count and what each item says agree while a calculation ends.
 * @param options of that transaction
 * @throws permission_denied when the caller may not
 */
export function asReader<T>(
  service: ServiceContext,
  context: HandlerContext,
  work: Work<T>,
  options?: Pick<TenantOptions, 'keepsPlans'>,
): Promise<T> {
  return asCaller(service, context, 'read', work, { ...options, isolation: 'repeatable read' })
}

/** The same for a caller who changes something. */
export function asWriter<T>(service: ServiceContext, context: HandlerContext, work: Work<T>): Promise<T> {
  return asCaller(service, context, 'manage', work)
}

function asCaller<T>(
  { sql }: ServiceContext,
  context: HandlerContext,
  access: ModelingAccess,
  work: Work<T>,
  options?: TenantOptions,
): Promise<T> {
  const caller = principalOf(context)
  requireModelingAccess(caller, access)
  return inTenant(sql, caller.tenantId, (scoped) => work(scoped, caller), options)
}
