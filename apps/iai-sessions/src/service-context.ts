import { type Principal, type Right, requireRight } from '@assay/auth'
import type { Jobs } from '@assay/jobs'
import { principalOf } from '@assay/server'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import type { HandlerContext } from '@connectrpc/connect'

/** What every service of this process works with. */
export interface ServiceContext {
  readonly sql: Sql
  readonly jobs: Jobs
}

/**
 * Runs `work` for the caller: in one transaction scoped to the caller's tenant.
 * @throws permission_denied when the caller lacks the right
 */
export function asCaller<T>(
  { sql }: ServiceContext,
  context: HandlerContext,
  right: Right,
  work: (sql: TenantSql, caller: Principal) => Promise<T>,
): Promise<T> {
  const caller = principalOf(context)
  requireRight(caller, right)
  return inTenant(sql, caller.tenantId, (scoped) => work(scoped, caller))
}
