import { type Principal, type Right, requireRight } from '@assay/auth'
import { UserSchema } from '@assay/contracts/c1/api/user/v1/user_pb'
import type { Jobs } from '@assay/jobs'
import type { CohortQuestions } from '@assay/mining'
import type { CircuitBreaker } from '@assay/profiles'
import type { LoadedSnapshot, MiningChanges, SnapshotCache } from '@assay/role-mining'
import { principalOf, VersionedMessages } from '@assay/server'
import { inTenant, type PageTokens, type Sql, type TenantSql } from '@assay/store'
import type { HandlerContext } from '@connectrpc/connect'
import type { DescribedSuggestions } from './c1/described-suggestions.ts'

/** What every service of this process works with. */
export interface ServiceContext {
  readonly sql: Sql
  readonly pageTokens: PageTokens
  readonly jobs: Jobs
  readonly snapshots: SnapshotCache
  /** Wakes those who watch what the worker mines. */
  readonly minings: MiningChanges
  /** Counts over cohorts, in a thread of its own. */
  readonly questions: CohortQuestions
  /** What is served of suggestions, kept while it stays as it is. */
  readonly suggestions: DescribedSuggestions
  /** Users, as they were last answered. */
  readonly users: VersionedMessages<typeof UserSchema>
  /** When a change of membership waits for somebody who looks at it. */
  readonly circuitBreaker: CircuitBreaker
}

/** Of some cohorts that people page through; one takes some 3 kB. */
const mostUsers = 5_000

export function keptUsers(): ServiceContext['users'] {
  return new VersionedMessages(UserSchema, mostUsers)
}

/**
 * Runs `work` for the caller: in one transaction scoped to the caller's tenant.
 * @throws permission_denied when the caller's role lacks the right
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

/**
 * As `asCaller`, with the snapshot of the tenant's import in force; undefined before the first import.
 * @throws permission_denied when the caller's role lacks the right
 */
export function asCallerOnSnapshot<T>(
  { snapshots }: ServiceContext,
  context: HandlerContext,
  right: Right,
  work: (sql: TenantSql, caller: Principal, loaded: LoadedSnapshot | undefined) => Promise<T>,
): Promise<T> {
  const caller = principalOf(context)
  requireRight(caller, right)
  return snapshots.use(caller.tenantId, (scoped, loaded) => work(scoped, caller, loaded))
}
