import { randomUUID } from 'node:crypto'
import { failedPrecondition, itemAt } from '@assay/errors'
import { ordinalsOf, type Snapshot } from '@assay/mining'
import {
  type CompiledPolicies,
  createPolicy,
  judgeSuggestion,
  type PolicyRequest,
  type PresentBreach,
  policiesInForce,
  presentBreaches,
  updatePolicy,
} from '@assay/policies'
import type { TenantSql } from '@assay/store'
import type { CohortFilter } from './cohort-filters.ts'
import type { LoadedSnapshot } from './loaded-snapshot.ts'
import { getMiningSettings } from './mining-settings.ts'
import { peopleMatching } from './search-cohort.ts'

const mostSuggestions = 1_000
const mostTold = 100
const mostBreaches = 10_000
const mostBreachesTold = 20

/** The effect of a policy on open suggestions, and its breaches in the present data. */
interface PolicyPreview {
  readonly suggestionCount: number
  readonly cutCount: number
  readonly refusedCount: number
  readonly leftOutCount: number
  readonly candidates: readonly {
    readonly suggestionId: string
    readonly displayName: string
    readonly leftOutCount: number
    readonly entitlementCount: number
    readonly refused: boolean
  }[]
  readonly breachCount: number
  readonly moreBreaches: boolean
  /** The first breaches, by ordinals of `snapshot`. */
  readonly breaches: readonly PresentBreach[]
  readonly snapshot: Snapshot
  readonly compiled: CompiledPolicies
}

interface OpenSuggestion {
  readonly id: string
  readonly name: string
  readonly filters: readonly CohortFilter[]
  readonly entitlements: readonly number[]
}

/** The data for the judgement after the transaction. */
interface PreviewBasis {
  readonly snapshot: Snapshot
  readonly compiled: CompiledPolicies
  readonly suggestions: readonly OpenSuggestion[]
  readonly settings: { readonly minCoverage: number; readonly minEntitlements: number }
  /** The index of the policy among the policies in force. */
  readonly place: number
}

/** Thrown to roll back the transaction of a preview, so that it stores nothing. */
class Discarded extends Error {
  readonly basis: PreviewBasis

  constructor(basis: PreviewBasis) {
    super('a preview is over')
    this.basis = basis
  }
}

/**
 * Makes the policy in a transaction that is rolled back, and judges by it as an analysis would. The judgement holds no connection.
 * @param within runs work in its own transaction on the snapshot in force
 * @param replaced id of the policy that the new one replaces
 * @throws what `createPolicy` throws, except for names; not_found for `replaced`; failed_precondition without access data; the signal's
 * reason
 */
export async function previewPolicy(
  within: <T>(work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>) => Promise<T>,
  tenantId: number,
  createdBy: string,
  request: PolicyRequest,
  replaced: string | undefined,
  signal: AbortSignal,
): Promise<PolicyPreview> {
  const basis = await within(async (sql, loaded) => {
    if (loaded === undefined)
      throw failedPrecondition('there is no access data yet to try a policy on; commit an import first')
    if (replaced !== undefined)
      await updatePolicy(sql, tenantId, replaced, '', (before, contents) => ({
        ...before,
        ...contents,
        enabled: false,
      }))
    const tried = { ...request, enabled: true, displayName: `Preview ${randomUUID()}` }
    const { id } = await createPolicy(sql, tenantId, createdBy, tried)
    throw new Discarded(await basisOf(sql, loaded.snapshot, id))
  }).catch((error: unknown) => {
    if (error instanceof Discarded) return error.basis
    throw error
  })
  return judged(basis, signal)
}

async function basisOf(sql: TenantSql, snapshot: Snapshot, policyId: string): Promise<PreviewBasis> {
  const compiled = await policiesInForce(sql, snapshot)
  if (compiled === undefined) throw new Error('the policy that was just made is not in force')
  const rows = await sql<{ id: string; name: string; filters: CohortFilter[]; keys: number[] }[]>`
    select id, suggested_name as name, cohort_filters as filters,
      array(select (one ->> 'key')::integer from jsonb_array_elements(entitlements) one) as keys
    from role_mining_suggestions where state = 'new' order by confidence desc, id limit ${mostSuggestions}`
  const suggestions = rows.map(({ id, name, filters, keys }) => ({
    id,
    name,
    filters,
    entitlements: [...ordinalsOf(snapshot.entitlementKey, keys).ordinals],
  }))
  const { settings } = await getMiningSettings(sql)
  return {
    snapshot,
    compiled,
    suggestions,
    settings,
    place: compiled.names.findIndex(({ id }) => id === policyId),
  }
}

async function judged(basis: PreviewBasis, signal: AbortSignal): Promise<PolicyPreview> {
  const { snapshot, compiled, suggestions, settings, place } = basis
  const candidates: PolicyPreview['candidates'][number][] = []
  const name = itemAt(compiled.names, place).displayName
  for (const { id, name: displayName, filters, entitlements } of suggestions) {
    // Finding the people of one suggestion takes milliseconds.
    await turn(signal)
    const members = peopleMatching(snapshot, filters)
    const verdict = judgeSuggestion(snapshot, compiled, { members, entitlements }, settings)
    const leftOutCount = verdict.leftOut.filter(({ policy }) => policy === place).length
    const refused = verdict.refusedBy === name
    if (leftOutCount > 0 || refused)
      candidates.push({ suggestionId: id, displayName, leftOutCount, entitlementCount: entitlements.length, refused })
  }
  const refusedCount = candidates.filter(({ refused }) => refused).length
  return {
    suggestionCount: suggestions.length,
    cutCount: candidates.length - refusedCount,
    refusedCount,
    leftOutCount: candidates.reduce((sum, one) => sum + one.leftOutCount, 0),
    candidates: candidates.slice(0, mostTold),
    ...(await breachesOf(basis, signal)),
    snapshot,
    compiled,
  }
}

async function breachesOf({ snapshot, compiled, place }: PreviewBasis, signal: AbortSignal) {
  const breaches: PresentBreach[] = []
  let breachCount = 0
  for (const breach of presentBreaches(snapshot, compiled, { policies: new Set([place]) })) {
    if (breach === undefined) {
      await turn(signal)
      continue
    }
    if (breachCount === mostBreaches) return { breaches, breachCount, moreBreaches: true }
    if (breaches.length < mostBreachesTold) breaches.push(breach)
    breachCount++
  }
  return { breaches, breachCount, moreBreaches: false }
}

/** Lets other requests run. @throws the signal's reason */
async function turn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  signal.throwIfAborted()
}
