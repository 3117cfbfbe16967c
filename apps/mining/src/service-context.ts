import type { Principal } from '@assay/auth'
import type { CandidateTools } from '@assay/candidates'
import type { RoleMiningManagementSuggestion } from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { type User, UserSchema } from '@assay/contracts/c1/api/user/v1/user_pb'
import { identitiesById, type ListedIdentity } from '@assay/directory'
import type { Jobs } from '@assay/jobs'
import type { CohortQuestions, RecommendationThreads } from '@assay/mining'
import type { CircuitBreaker } from '@assay/profiles'
import {
  confidentWithin,
  type ListedSuggestion,
  type LoadedSnapshot,
  type Matrix,
  type MatrixOrders,
  type MiningChanges,
  type SnapshotCache,
  suggestionsById,
} from '@assay/role-mining'
import { CallPlaces, defaultAnswerCacheBytes, principalOf, VersionedMessages } from '@assay/server'
import type { PageTokens, Sql, TenantOptions, TenantSql } from '@assay/store'
import type { HandlerContext } from '@connectrpc/connect'
import { toUserMessage } from './c1/convert-user.ts'
import { describeSuggestions } from './c1/describe-suggestions.ts'
import type { DescribedSuggestions } from './c1/described-suggestions.ts'

/** What every service of this process works with. */
export interface ServiceContext {
  readonly sql: Sql
  readonly pageTokens: PageTokens
  readonly jobs: Jobs
  readonly snapshots: SnapshotCache
  /** What candidates are resolved with. */
  readonly candidates: CandidateTools
  /** Wakes those who watch what the worker mines. */
  readonly minings: MiningChanges
  /** Counts over cohorts, in a thread of its own. */
  readonly questions: CohortQuestions
  /** Models that recommend entitlements, each in a thread of its own. */
  readonly recommendations: RecommendationThreads
  /** Mines to say why, in a thread of its own: such answers take as long as an analysis. */
  readonly explanations: CohortQuestions
  /** Orders of matrices. */
  readonly matrices: MatrixOrders<Matrix>
  /** What is served of suggestions, kept while it stays as it is. */
  readonly suggestions: DescribedSuggestions
  /** Users, as they were last answered. */
  readonly users: VersionedMessages<typeof UserSchema>
  /** When a change of membership waits for somebody who looks at it. */
  readonly circuitBreaker: CircuitBreaker
  /** Calls that evaluate membership rules and change members. */
  readonly evaluations: CallPlaces
  /** Loads of change sets of one source follow one another at least so far apart. */
  readonly changeSetWaitMs: number
  /** Where files that are looked at are unpacked. */
  readonly temporaryDirectory: string
}

/**
 * Each evaluation holds a connection, of which a process has ten, a thread and its tenant's lock. They wait here rather than for
 * the lock, which would take a connection each.
 */
export function evaluationPlaces(): CallPlaces {
  return new CallPlaces({ noun: 'evaluations', process: 3, tenant: 1, waiting: 100 })
}

export function cachedUsers(mostBytes: number = defaultAnswerCacheBytes): ServiceContext['users'] {
  return new VersionedMessages(UserSchema, mostBytes)
}

/**
 * Runs `work` for the caller, whom the gate let in: in one transaction scoped to the caller's tenant, and to whom the caller may
 * see of it.
 */
export function asCaller<T>(
  { snapshots }: ServiceContext,
  context: HandlerContext,
  work: (sql: TenantSql, caller: Principal) => Promise<T>,
  options?: TenantOptions,
): Promise<T> {
  const caller = principalOf(context)
  return snapshots.asReader(caller, (scoped) => work(scoped, caller), { ...untilGone(context), ...options })
}

/** `asCaller` for work that is one query, asked by `askLast`. */
export function askAsCaller<T>(
  { snapshots }: ServiceContext,
  context: HandlerContext,
  work: (sql: TenantSql) => Promise<T>,
): Promise<T> {
  return snapshots.askAsReader(principalOf(context), work, untilGone(context))
}

/** What is served of suggestions that were just listed, in their order. Most are known by then, and no transaction is needed. */
export function describedSuggestions(
  service: ServiceContext,
  context: HandlerContext,
  listed: readonly ListedSuggestion[],
): Promise<RoleMiningManagementSuggestion[]> {
  const { tenantId, readerScope } = principalOf(context)
  if (readerScope !== undefined)
    return asCallerOnSnapshot(service, context, (sql, _, loaded) => suggestionsListed(sql, loaded, listed))
  return service.suggestions.of(tenantId, listed, (work) => asCaller(service, context, work))
}

/** What was kept of an answer to one reader is no answer to another, so that bounded readers get what is read for them. */
async function suggestionsListed(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  listed: readonly ListedSuggestion[],
): Promise<RoleMiningManagementSuggestion[]> {
  const ids = listed.map(({ id }) => id)
  const seen = await confidentWithin(loaded?.snapshot, await suggestionsById(sql, ids))
  const found = new Map(seen.map((suggestion) => [suggestion.id, suggestion]))
  return describeSuggestions(
    sql,
    ids.flatMap((id) => found.get(id) ?? []),
  )
}

/** Users that were just listed, in their order. */
export async function describedUsers(
  service: ServiceContext,
  context: HandlerContext,
  listed: readonly ListedIdentity[],
): Promise<User[]> {
  const { tenantId, readerScope } = principalOf(context)
  const load = (ids: readonly string[]) =>
    asCaller(service, context, async (sql) => (await identitiesById(sql, ids)).map(toUserMessage))
  if (readerScope === undefined) return service.users.of(tenantId, listed, load)
  const ids = listed.map(({ id }) => id)
  const found = new Map((await load(ids)).map((user) => [user.id, user]))
  return ids.flatMap((id) => found.get(id) ?? [])
}

/** As `asCaller`, with the snapshot of the tenant's import in force; undefined before the first import. */
export function asCallerOnSnapshot<T>(
  { snapshots }: ServiceContext,
  context: HandlerContext,
  work: (sql: TenantSql, caller: Principal, loaded: LoadedSnapshot | undefined) => Promise<T>,
): Promise<T> {
  const caller = principalOf(context)
  return snapshots.use(caller, (scoped, loaded) => work(scoped, caller, loaded), untilGone(context))
}

/** `asCallerOnSnapshot` for work that only reads: it may have begun on data that were just replaced, and begins again then. */
export function readOnSnapshot<T>(
  { snapshots }: ServiceContext,
  context: HandlerContext,
  work: (sql: TenantSql, caller: Principal, loaded: LoadedSnapshot | undefined) => Promise<T>,
): Promise<T> {
  const caller = principalOf(context)
  return snapshots.read(caller, (scoped, loaded) => work(scoped, caller, loaded), untilGone(context))
}

/** For work that nobody waits for once the caller has left or the deadline has passed. */
export function untilGone({ signal, timeoutMs }: HandlerContext): Pick<TenantOptions, 'signal' | 'timeoutMs'> {
  return { signal, timeoutMs: timeoutMs() }
}
