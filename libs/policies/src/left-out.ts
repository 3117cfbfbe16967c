import { itemAt } from '@assay/errors'
import type { LeftOut, PolicyStep, Snapshot } from '@assay/mining'
import type { CompiledPolicies } from './compile-policies.ts'

/** An entitlement that a policy left out of something proposed, by the key of the directory. Kept as JSON. */
export interface StoredLeftOut {
  readonly key: number
  readonly step: PolicyStep
  readonly policyId: string
  /** The policy's name at that time. */
  readonly policyName: string
  /** Members that held it. */
  readonly held: number
  /** Those of them whose use counts. */
  readonly counted: number
}

/** What policies left out, in the words and keys of the directory. */
export function storedLeftOut(
  { entitlementKey }: Snapshot,
  { names }: Pick<CompiledPolicies, 'names'>,
  leftOut: readonly LeftOut[],
): StoredLeftOut[] {
  return leftOut.map(({ entitlement, step, policy, held, counted }) => ({
    key: itemAt(entitlementKey, entitlement),
    step,
    policyId: itemAt(names, policy).id,
    policyName: itemAt(names, policy).displayName,
    held,
    counted,
  }))
}
