import { itemAt } from '@assay/errors'
import { type CohortMiningResult, cutSuggestions, type LeftOut, type Snapshot } from '@assay/mining'
import { type CompiledPolicies, type StoredLeftOut, storedLeftOut } from '@assay/policies'

/** The effect of policies on a run. It is stored with the run's report. */
export interface PolicyReport {
  readonly effects: readonly {
    readonly policyId: string
    readonly policyName: string
    /** The number of entitlements that the policy removed from suggestions that remained. */
    readonly leftOut: number
    /** The number of cohorts that became no suggestion because of the policy. */
    readonly refused: number
  }[]
  /** The number of cohorts that policies left too small. */
  readonly refusedCount: number
  /** The best of the refused cohorts. */
  readonly refused: readonly {
    readonly filters: CohortMiningResult['suggestions'][number]['filters']
    readonly cohortSize: number
    readonly policyId: string
    readonly policyName: string
    readonly leftOut: number
  }[]
}

/** An analysis after policies were applied. `leftOut` is parallel to its suggestions. */
interface AllowedResult {
  readonly result: CohortMiningResult
  readonly leftOut: readonly (readonly StoredLeftOut[])[]
  readonly report: PolicyReport | undefined
}

/** More suggestions than any setting allows, so that the next suggestions can take the places of refused ones. */
export const mostBeforePolicies = 1_000_000

const mostTold = 100

/**
 * Applies policies to an analysis that was run with `mostBeforePolicies`.
 * @param compiled undefined without policies; then the result is returned unchanged
 */
export function allowedResult(
  snapshot: Snapshot,
  result: CohortMiningResult,
  compiled: CompiledPolicies | undefined,
  maxSuggestions: number,
): AllowedResult {
  if (compiled === undefined) return { result, leftOut: result.suggestions.map(() => []), report: undefined }
  const { suggestions, refused, beyond } = cutSuggestions(snapshot, result, compiled.inForce, maxSuggestions)
  const rejected = { ...result.rejected, beyond_max_suggestions: beyond }
  const settings = { ...result.settings, maxSuggestions }
  const nearest =
    beyond === 0
      ? result.nearest
      : {
          ...result.nearest,
          beyond_max_suggestions: {
            setting: 'maxSuggestions' as const,
            value: maxSuggestions + beyond,
            candidateCount: beyond,
          },
        }
  const effectOf = ({ id, displayName }: CompiledPolicies['names'][number], policy: number) => {
    const isBy = (one: LeftOut) => one.policy === policy
    return {
      policyId: id,
      policyName: displayName,
      leftOut: suggestions.reduce((sum, { leftOut }) => sum + leftOut.filter(isBy).length, 0),
      refused: refused.filter((one) => one.policy === policy).length,
    }
  }
  return {
    result: { ...result, settings, suggestions, rejected, nearest },
    leftOut: suggestions.map(({ leftOut }) => storedLeftOut(snapshot, compiled, leftOut)),
    report: {
      effects: compiled.names.map(effectOf).filter(({ leftOut, refused }) => leftOut + refused > 0),
      refusedCount: refused.length,
      refused: refused.slice(0, mostTold).map(({ filters, cohortSize, policy, leftOut }) => ({
        filters,
        cohortSize,
        policyId: itemAt(compiled.names, policy).id,
        policyName: itemAt(compiled.names, policy).displayName,
        leftOut: leftOut.length,
      })),
    },
  }
}
