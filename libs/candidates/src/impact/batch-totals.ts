import { DomainError, invalidArgument } from '@assay/errors'
import type { CandidateReference, ResolvedCandidate } from '../candidate.ts'
import type { CandidateData } from '../candidates.ts'
import { type ComputedImpact, type ImpactSettings, impactBasis, impactsOf } from './compute-impact.ts'

const mostCandidates = 100

/** The impact of one candidate of a list, or the error that prevented it. */
type BatchedImpact =
  | { readonly candidate: ResolvedCandidate; readonly impact: ComputedImpact['impact'] }
  | { readonly error: DomainError }

/**
 * The impact of each candidate, in order. Other requests continue between two candidates.
 * @throws invalid_argument for no candidates and for more than 100
 */
export async function batchTotals(
  data: CandidateData,
  references: readonly CandidateReference[],
  settings: ImpactSettings,
  signal: AbortSignal,
): Promise<BatchedImpact[]> {
  if (references.length === 0 || references.length > mostCandidates)
    throw invalidArgument('candidates', `must be 1 to ${mostCandidates}, not ${references.length}`)
  const basis = await impactBasis(data, settings)
  const resolved: (ResolvedCandidate | DomainError)[] = []
  for (let from = 0; from < references.length; from += resolvedAtOnce) {
    signal.throwIfAborted()
    const some = references.slice(from, from + resolvedAtOnce)
    resolved.push(...(await Promise.all(some.map((one, place) => resolvedOrNot(data, one, from + place)))))
  }
  const candidates = resolved.filter((one): one is ResolvedCandidate => !(one instanceof DomainError))
  const impacts = impactsOf(data, candidates, basis)
  const found: BatchedImpact[] = []
  for (const candidate of resolved) {
    signal.throwIfAborted()
    if (candidate instanceof DomainError) found.push({ error: candidate })
    else {
      const { value } = await impacts.next()
      found.push({ candidate, impact: value.impact })
    }
  }
  return found
}

/** Their queries are sent to the database together. */
const resolvedAtOnce = 10

async function resolvedOrNot(
  { resolve }: CandidateData,
  reference: CandidateReference,
  place: number,
): Promise<ResolvedCandidate | DomainError> {
  try {
    return await resolve(reference, `candidates[${place}]`)
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}
