import { builtInAttributes, type EntitlementDetails, entitlementsByKey, identityKeys } from '@assay/directory'
import { failedPrecondition, invalidArgument, itemAt, notFound } from '@assay/errors'
import {
  identityStatuses,
  identityTypes,
  MiningError,
  type Recommendation,
  type RecommendationThreads,
  recommendationWords,
  type Snapshot,
} from '@assay/mining'
import { type CompiledPolicies, policiesInForce } from '@assay/policies'
import type { Reader, TenantOptions, TenantSql } from '@assay/store'
import { type CohortFilter, checkFilters } from './cohort-filters.ts'
import type { LoadedSnapshot } from './loaded-snapshot.ts'
import { peopleWithin } from './search-cohort.ts'
import type { SnapshotCache } from './snapshot-cache.ts'
import { managersOf, namesFor } from './snapshot-names.ts'

interface RecommendationTools {
  readonly snapshots: SnapshotCache
  readonly recommendations: RecommendationThreads
}

/** The deadline of the caller. */
type RecommendationLimits = Pick<TenantOptions, 'signal' | 'timeoutMs'>

/** An entitlement that a person probably lacks. */
interface Recommended {
  readonly entitlement: EntitlementDetails
  /** 0 to 1. */
  readonly probability: number
  /** The reasons as sentences, the strongest first. */
  readonly reasons: readonly string[]
}

interface RecommendedToCohort extends Recommended {
  readonly holders: number
  readonly expected: number
}

/** `results` is empty while the model is being learnt. */
interface Recommendations<Result> {
  readonly importId: string
  readonly isLearning: boolean
  readonly results: readonly Result[]
}

const mostResults = 100
const usualResults = 25
/** The number of results to compute when policies may remove some. */
const mostAsked = 300

/** The model of a small organisation is learnt within this time. With a larger one the caller gets `isLearning`. */
const learningWaitMs = 5_000

/**
 * Entitlements that a person probably lacks, by the access data in force, without those that policies keep out of roles.
 * @throws not_found for an unknown identity; failed_precondition for an identity that is not an enabled person, without access data, and
 * with too few grants to learn from; invalid_argument for a negative number of results
 */
export async function recommendForIdentity(
  tools: RecommendationTools,
  reader: Reader,
  identityId: string,
  maxResults: number,
  limits: RecommendationLimits = {},
): Promise<Recommendations<Recommended>> {
  const limit = resultLimit(maxResults)
  const { loaded, identity, compiled } = await tools.snapshots.use(
    reader,
    async (sql, current) => {
      const key = (await identityKeys(sql, [identityId])).get(identityId)
      if (key === undefined) throw notFound('identity', identityId)
      const inForce = dataOf(current)
      const identity = personOf(inForce.snapshot, key, identityId)
      return { loaded: inForce, identity, compiled: await policiesInForce(sql, inForce.snapshot) }
    },
    limits,
  )
  const { importId, snapshot } = loaded
  const question = { kind: 'identity', identity, limit: askedFor(limit, compiled) } as const
  const all = await ask(tools, reader.tenantId, loaded, question, limits)
  if (all === undefined) return { importId, isLearning: true, results: [] }
  const isBarred = compiled === undefined ? () => false : barredFor(compiled, snapshot, identity)
  const found = all.filter(({ entitlement }) => !isBarred(entitlement)).slice(0, limit)
  const results = await tools.snapshots.asReader(reader, (sql) => describe(sql, snapshot, found), limits)
  return { importId, isLearning: false, results }
}

/**
 * Entitlements that the enabled people who match all filters probably lack.
 * @throws as `recommendForIdentity`; invalid_argument without filters, and for filters that name what does not exist
 */
export async function recommendForCohort(
  tools: RecommendationTools,
  reader: Reader,
  filters: readonly CohortFilter[],
  maxResults: number,
  limits: RecommendationLimits = {},
): Promise<Recommendations<RecommendedToCohort> & { readonly cohortSize: number }> {
  const limit = resultLimit(maxResults)
  if (filters.length === 0) throw invalidArgument('filters', 'needs at least one filter; it selects the people')
  const { loaded, members, compiled } = await tools.snapshots.use(
    reader,
    async (sql, current) => {
      const known = current?.snapshot.attributes.map(({ key }) => key) ?? builtInAttributes
      const checked = checkFilters('filters', filters, known)
      const inForce = dataOf(current)
      const people = await peopleWithin(sql, inForce.snapshot, [{ filters: checked }])
      return { loaded: inForce, members: people, compiled: await policiesInForce(sql, inForce.snapshot) }
    },
    limits,
  )
  const { importId, snapshot } = loaded
  const cohortSize = members.length
  const question = { kind: 'cohort', members, limit: askedFor(limit, compiled) } as const
  const all = await ask(tools, reader.tenantId, loaded, question, limits)
  if (all === undefined) return { importId, isLearning: true, cohortSize, results: [] }
  const found = all
    .filter((one) => compiled === undefined || !isProtectedFor(compiled, one, cohortSize))
    .slice(0, limit)
  const details = await tools.snapshots.asReader(
    reader,
    (sql) => entitlementsOf(sql, snapshot, new Set(found.map(({ entitlement }) => entitlement))),
    limits,
  )
  const results = found.flatMap(({ entitlement, holders, expected, probability }) => {
    const described = details.get(itemAt(snapshot.entitlementKey, entitlement))
    if (described === undefined) return []
    const others = cohortSize - holders
    const reason = `${holders} of ${cohortSize} people of the cohort hold it, and ${expected.toFixed(1)} of the other ${others} probably lack it`
    return [{ entitlement: described, holders, expected, probability, reasons: [reason] }]
  })
  return { importId, isLearning: false, cohortSize, results }
}

function resultLimit(maxResults: number): number {
  if (maxResults < 0) throw invalidArgument('max_results', `must be 0 or more, not ${maxResults}`)
  return Math.min(mostResults, maxResults === 0 ? usualResults : maxResults)
}

/** More results than `limit` when policies may remove some. */
function askedFor(limit: number, compiled: CompiledPolicies | undefined): number {
  return compiled === undefined ? limit : mostAsked
}

/**
 * What a person must not get: protected entitlements, whatever their coverage, and those that would newly violate a separation of duties.
 */
function barredFor({ inForce, separation }: CompiledPolicies, snapshot: Snapshot, identity: number) {
  const { rowOffset, rowEntitlement, identityKey } = snapshot
  const row = rowEntitlement.subarray(rowOffset[identity], rowOffset[identity + 1])
  const asked = separation
    .filter(({ excepted }) => !excepted.has(itemAt(identityKey, identity)))
    .map(({ sides }) => ({ sides, held: row.reduce((all, e) => all | itemAt(sides, e), 0) }))
    .filter(({ held }) => held !== 3)
  return (entitlement: number) =>
    inForce.protection.some(({ isProtected }) => isProtected[entitlement] === 1) ||
    asked.some(({ sides, held }) => sides[entitlement] !== 0 && (held | itemAt(sides, entitlement)) === 3)
}

/** For a cohort, a protected entitlement is barred unless enough of its people hold it. */
function isProtectedFor(
  { inForce }: CompiledPolicies,
  { entitlement, holders }: { readonly entitlement: number; readonly holders: number },
  people: number,
): boolean {
  return inForce.protection.some(
    ({ isProtected, leastCoverage }) =>
      isProtected[entitlement] === 1 && (leastCoverage === undefined || holders * 10_000 < leastCoverage * people),
  )
}

function dataOf(loaded: LoadedSnapshot | undefined): LoadedSnapshot {
  if (loaded === undefined) throw failedPrecondition('There is no access data yet; commit an import first.')
  return loaded
}

/** The ordinal of an enabled person. */
function personOf(snapshot: Snapshot, key: number, id: string): number {
  const ordinal = snapshot.identityKey.indexOf(key)
  const isPerson =
    ordinal >= 0 &&
    snapshot.identityStatus[ordinal] === identityStatuses.enabled &&
    snapshot.identityType[ordinal] === identityTypes.human
  if (!isPerson)
    throw failedPrecondition(`identity "${id}" is not an enabled person; only enabled people get recommendations`)
  return ordinal
}

async function ask<Question extends Parameters<RecommendationThreads['ask']>[2]>(
  { recommendations }: RecommendationTools,
  tenantId: number,
  { version, buffer }: LoadedSnapshot,
  question: Question,
  { signal }: RecommendationLimits,
) {
  try {
    const name = `${tenantId}/${version}`
    return await recommendations.ask(name, buffer, question, { waitMs: learningWaitMs, signal })
  } catch (error) {
    if (!(error instanceof MiningError) || error.kind !== 'bad_query') throw error
    throw failedPrecondition(
      `there are ${error.got} grants of enabled people; recommendations are learnt from at least 50`,
    )
  }
}

async function describe(sql: TenantSql, snapshot: Snapshot, found: readonly Recommendation[]): Promise<Recommended[]> {
  const reasons = found.flatMap((one) => one.reasons)
  const ordinals = new Set([
    ...found.map(({ entitlement }) => entitlement),
    ...reasons.flatMap((reason) => (reason.kind === 'held_together' ? [reason.entitlement] : [])),
  ])
  const managers = reasons.flatMap((reason) => (reason.kind === 'cohort' ? managersOf(reason.filters) : []))
  const names = await namesFor(sql, snapshot, ordinals, managers)
  const details = await entitlementsOf(sql, snapshot, ordinals)
  return found.flatMap((one) => {
    const entitlement = details.get(itemAt(snapshot.entitlementKey, one.entitlement))
    if (entitlement === undefined) return []
    return [{ entitlement, probability: one.probability, reasons: recommendationWords(one, names) }]
  })
}

function entitlementsOf(sql: TenantSql, snapshot: Snapshot, ordinals: ReadonlySet<number>) {
  return entitlementsByKey(
    sql,
    [...ordinals].map((ordinal) => itemAt(snapshot.entitlementKey, ordinal)),
  )
}
