import type { Principal } from '@assay/auth'
import { DomainError } from '@assay/errors'
import { type EvaluationOptions, recordFailedEvaluation } from '@assay/profiles'
import { type LoadedSnapshot, membershipQueue } from '@assay/role-mining'
import { isRefusedCall, principalOf } from '@assay/server'
import { inTenant, type TenantSql } from '@assay/store'
import type { HandlerContext } from '@connectrpc/connect'
import { asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'

/**
 * The limit of an evaluation in a call, during which the call holds a connection and its tenant's lock. Nearly all evaluations take
 * seconds. It is shorter than the call's deadline of one minute, so that the caller gets the reason.
 */
const timeoutMs = 50_000

/** How a call evaluates rules: until the caller leaves, the call's deadline passes, or `timeoutMs` have passed. */
export function inCall({ signal }: HandlerContext): EvaluationOptions {
  return { signal, timeoutMs }
}

/**
 * As `asCallerOnSnapshot`, for a call that may evaluate rules and change members. It waits for a place, and holds no connection while it
 * waits.
 */
export function asEvaluatingCaller<T>(
  service: ServiceContext,
  context: HandlerContext,
  work: (
    sql: TenantSql,
    caller: Principal,
    options: EvaluationOptions,
    loaded: LoadedSnapshot | undefined,
  ) => Promise<T>,
): Promise<T> {
  return service.evaluations.run(principalOf(context).tenantId, context.signal, () =>
    asCallerOnSnapshot(service, context, (sql, caller, loaded) => work(sql, caller, inCall(context), loaded)),
  )
}

/** As `asEvaluatingCaller`, for a call that may wait for a lock of another call of its tenant. */
export function asEvaluatingSnapshotCaller<T>(
  service: ServiceContext,
  context: HandlerContext,
  work: (sql: TenantSql, caller: Principal, loaded: LoadedSnapshot | undefined) => Promise<T>,
): Promise<T> {
  return asEvaluatingCaller(service, context, (sql, caller, _, loaded) => work(sql, caller, loaded))
}

/**
 * Runs `work`, which evaluates one profile. When the evaluation as a whole fails, the profile stores the error, a worker tries again, and
 * the caller gets the error. When the caller leaves, nothing is changed.
 */
export async function evaluateInCall<T>(
  { sql, jobs }: Pick<ServiceContext, 'sql' | 'jobs'>,
  context: Pick<HandlerContext, 'values'>,
  profileId: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { tenantId } = principalOf(context)
    if (error instanceof DomainError && hasFailed(error)) {
      await recordFailedEvaluation(sql, tenantId, error, profileId)
      await inTenant(sql, tenantId, (scoped) =>
        jobs.enqueue(scoped, membershipQueue, { tenantId }, `tenant-${tenantId}`),
      )
    }
    throw error
  }
}

/** Whether an evaluation as a whole failed. A call that was refused a place has not begun one. */
function hasFailed(error: DomainError): boolean {
  return !isRefusedCall(error) && (error.kind === 'unavailable' || error.kind === 'resource_exhausted')
}
