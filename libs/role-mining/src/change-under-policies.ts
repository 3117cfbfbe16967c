import { identityStatuses, ordinalsOf, type Snapshot } from '@assay/mining'
import { holdPolicies, lockJudged, requireNothingWorse } from '@assay/policies'
import { accessProfileName, profileContent } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { giftsOfOthers } from './gifts-of-others.ts'

/** A change of an access profile that somebody makes by hand. */
interface ChangeByHand<T> {
  readonly tenantId: number
  /** Of the load in force; undefined before the first, when policies say nothing. */
  readonly snapshot: Snapshot | undefined
  /** Undefined for one that is made, or not known. */
  readonly profileId: string | undefined
  /** Its members come in parts of a whole that policies were asked about before. */
  readonly isPart?: boolean
  readonly change: () => Promise<T>
  /** Of the answer; the profile's id. */
  readonly idOf?: (answer: T) => string
}

/**
 * Makes a change and then asks the policies about what it made, in the caller's transaction, which ends with what is thrown.
 * What stood there before is not held against the change.
 * @throws failed_precondition (reason POLICY_VIOLATED) that names the policy, and what it is about; what `change` throws
 */
export async function changeUnderPolicies<T>(
  sql: TenantSql,
  { tenantId, snapshot, profileId, isPart = false, change, idOf }: ChangeByHand<T>,
): Promise<T> {
  const compiled = snapshot && (await holdPolicies(sql, tenantId, snapshot))
  if (snapshot === undefined || compiled === undefined) return change()
  if (profileId !== undefined) await lockJudged(sql, tenantId, profileId.toLowerCase())
  const before = profileId === undefined ? undefined : await judgedProfile(sql, snapshot, profileId)
  const answer = await change()
  const after = await judgedProfile(sql, snapshot, idOf?.(answer) ?? profileId ?? '')
  if (after !== undefined) {
    const others = await giftsOfOthers(sql, snapshot, compiled, after.members, [after.id])
    const judged = { before: before && { ...before, others }, after: { ...after, others }, isPart }
    await requireNothingWorse(sql, snapshot, compiled, judged, 'leave them out')
  }
  return answer
}

/** Undefined for one that does not exist: the change itself says so. */
async function judgedProfile(sql: TenantSql, snapshot: Snapshot, id: string) {
  const name = await accessProfileName(sql, id)
  if (name === undefined) return undefined
  const { entitlementKeys, memberKeys } = await profileContent(sql, id)
  const members = ordinalsOf(snapshot.identityKey, memberKeys).ordinals
  return {
    // Who is not enabled is proposed nothing.
    members: members.filter((member) => snapshot.identityStatus[member] === identityStatuses.enabled),
    entitlements: ordinalsOf(snapshot.entitlementKey, entitlementKeys).ordinals,
    name,
    id,
  }
}
