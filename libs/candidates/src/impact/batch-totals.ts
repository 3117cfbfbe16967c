import { DomainError, invalidArgument } from '@assay/errors'
import type { CandidateReference, ResolvedCandidate } from '../candidate.ts'
import type { CandidateData } from '../candidates.ts'
import { type ComputedImpact, type ImpactSettings, impactBasis, impactOf } from './compute-impact.ts'

const mostCandidates = 100

/** What one candidate of a list changes, or why it could not be counted. */
type BatchedImpact =
  | { readonly candidate: ResolvedCandidate; readonly impact: ComputedImpact['impact'] }
  | { readonly error: DomainError }

/**
 * The impact of each candidate, in order. Others go on between two of them.
 * @throws invalid_argument for none and for more than 100
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
  const found: BatchedImpact[] = []
  for (const [place, reference] of references.entries()) {
    signal.throwIfAborted()
    try {
      const candidate = await data.resolve(reference, `candidates[${place}]`)
      const { impact } = await impactOf(data, candidate, basis)
      found.push({ candidate, impact })
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      found.push({ error })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return found
}
