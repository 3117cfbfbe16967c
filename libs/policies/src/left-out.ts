import { itemAt } from '@assay/errors'
import type { LeftOut, PolicyStep, Snapshot } from '@assay/mining'
import type { CompiledPolicies } from './compile-policies.ts'

/** An entitlement that a policy removed from a proposal, by the key of the directory. Stored as JSON. */
export interface StoredLeftOut {
  readonly key: number
  readonly step: PolicyStep
  readonly policyId: string
  /** The policy's name at that time. */
  readonly policyName: string
  /** Number of members who held it. */
  readonly held: number
  /** Number of these members whose use counts. */
  readonly counted: number
}

/** The entitlements that policies removed, with keys of the directory and names. */
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
