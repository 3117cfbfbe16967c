import type { Principal } from '@assay/auth'
import type { CandidateTools } from '@assay/candidates'
import type { RoleMiningManagementSuggestion } from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { type User, UserSchema } from '@assay/contracts/c1/api/user/v1/user_pb'
import { identitiesById, type ListedIdentity, type ValueName, valueNames, valuesOfPeople } from '@assay/directory'
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

/** The connections, caches and threads that the services of this process share. */
export interface ServiceContext {
  readonly sql: Sql
  readonly pageTokens: PageTokens
  readonly jobs: Jobs
  readonly snapshots: SnapshotCache
  /** The tools that resolve candidates. */
  readonly candidates: CandidateTools
  /** Notifies the watchers of populations that a worker mines. */
  readonly minings: MiningChanges
  /** Counts over cohorts, in a separate thread. */
  readonly questions: CohortQuestions
  /** Models that recommend entitlements, each in a separate thread. */
  readonly recommendations: RecommendationThreads
  /** Runs the analysis again to explain its results, in a separate thread, since this takes as long as an analysis. */
  readonly explanations: CohortQuestions
  /** Orders of matrices, computed or cached. */
  readonly matrices: MatrixOrders<Matrix>
  /** Cached messages of suggestions; a changed suggestion is read again. */
  readonly suggestions: DescribedSuggestions
  /** Cached messages of users. */
  readonly users: VersionedMessages<typeof UserSchema>
  /** The limits above which a change of members pauses until somebody resumes it. */
  readonly circuitBreaker: CircuitBreaker
  /** The places for calls that evaluate membership rules and change members. */
  readonly evaluations: CallPlaces
  /** The shortest time between two loads of change sets of one source. */
  readonly changeSetWaitMs: number
  /** The folder in which previewed archives are unpacked. */
  readonly temporaryDirectory: string
}

/**
 * Each evaluation holds a connection, of which a process has ten, a thread, and its tenant's lock. Calls wait here for a place and not for
 * the lock, since waiting for the lock would take a connection.
 */
export function evaluationPlaces(): CallPlaces {
  return new CallPlaces({ noun: 'evaluations', process: 3, tenant: 1, waiting: 100 })
}

export function cachedUsers(mostBytes: number = defaultAnswerCacheBytes): ServiceContext['users'] {
  return new VersionedMessages(UserSchema, mostBytes)
}

/**
 * Runs `work` for the authorized caller, in one transaction that is limited to the caller's tenant and to the people whom the caller may
 * see.
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

/** `asCaller` for work that is one query, sent by `askLast`. */
export function askAsCaller<T>(
  { snapshots }: ServiceContext,
  context: HandlerContext,
  work: (sql: TenantSql) => Promise<T>,
): Promise<T> {
  return snapshots.askAsReader(principalOf(context), work, untilGone(context))
}

/** The messages of suggestions that were just listed, in their order. Most of them are cached, and then no transaction is needed. */
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

/** The suggestions for a bounded reader, read for that reader alone, since cached messages have figures about all people. */
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

/** The messages of users that were just listed, in their order. */
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

/**
 * The names of the people whose ids are values of conditions, such as managers, as far as the caller may see them. Most conditions name
 * no people, so they need no further transaction.
 */
export async function namesInConditions(
  service: ServiceContext,
  context: HandlerContext,
  conditions: Parameters<typeof valuesOfPeople>[0],
): Promise<ValueName[]> {
  const ofPeople = valuesOfPeople(conditions)
  return ofPeople.length === 0 ? [] : [...(await asCaller(service, context, (sql) => valueNames(sql, ofPeople)))]
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

/**
 * `asCallerOnSnapshot` for work that only reads. It does not block a commit; when other data come into force while it runs, it starts
 * again.
 */
export function readOnSnapshot<T>(
  { snapshots }: ServiceContext,
  context: HandlerContext,
  work: (sql: TenantSql, caller: Principal, loaded: LoadedSnapshot | undefined) => Promise<T>,
): Promise<T> {
  const caller = principalOf(context)
  return snapshots.read(caller, (scoped, loaded) => work(scoped, caller, loaded), untilGone(context))
}

/** `readOnSnapshot` that first tries `attempt`, which is one query: see `SnapshotCache.readAtOnce`. */
export function readAtOnceOnSnapshot<T>(
  { snapshots }: ServiceContext,
  context: HandlerContext,
  attempt: (sql: TenantSql, loaded: LoadedSnapshot) => Promise<T | undefined>,
  work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>,
): Promise<T> {
  return snapshots.readAtOnce(principalOf(context), attempt, work, untilGone(context))
}

/** Options for work that ends when the caller leaves or the deadline passes. */
export function untilGone({ signal, timeoutMs }: HandlerContext): Pick<TenantOptions, 'signal' | 'timeoutMs'> {
  return { signal, timeoutMs: timeoutMs() }
}
