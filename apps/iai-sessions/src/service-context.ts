import type { Principal } from '@assay/auth'
import { RoleMiningPotentialRoleSummarySchema } from '@assay/contracts/sailpoint/iai/rolemining/v1/potential_role_pb'
import type { Jobs } from '@assay/jobs'
import type { ArchiveStore } from '@assay/role-sessions'
import { principalOf, VersionedMessages } from '@assay/server'
import { inTenant, type PageTokens, type Sql, type TenantOptions, type TenantSql } from '@assay/store'
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt'
import type { HandlerContext } from '@connectrpc/connect'
import type { CheckPolicies } from './jobs/check-policies.ts'

/** The connections, caches and stores that the services of this process share. */
export interface ServiceContext {
  readonly sql: Sql
  readonly pageTokens: PageTokens
  readonly jobs: Jobs
  readonly archives: ArchiveStore
  readonly checkPolicies: CheckPolicies
  /** Cached summaries of potential roles. */
  readonly summaries: VersionedMessages<typeof RoleMiningPotentialRoleSummarySchema>
}

export function cachedSummaries(mostBytes: number): ServiceContext['summaries'] {
  return new VersionedMessages(RoleMiningPotentialRoleSummarySchema, mostBytes)
}

type Work<T> = (sql: TenantSql, caller: Principal) => Promise<T>

/**
 * Runs `work` for the authorized caller, in one transaction that is limited to the caller's tenant. A call without side effects reads one
 * state of the data, so that a list, its count and its items agree while a calculation ends.
 * @param options of the transaction
 */
export function asCaller<T>(
  { sql }: ServiceContext,
  context: HandlerContext,
  work: Work<T>,
  options?: Pick<TenantOptions, 'keepsPlans'>,
): Promise<T> {
  const caller = principalOf(context)
  const isRead = context.method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS
  return inTenant(sql, caller, (scoped) => work(scoped, caller), {
    // The transaction ends when the caller disconnects or the deadline passes.
    signal: context.signal,
    timeoutMs: context.timeoutMs(),
    ...options,
    ...(isRead && { isolation: 'repeatable read' }),
  })
}
