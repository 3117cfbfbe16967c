import { identityStatuses, ordinalsOf, type Snapshot } from '@assay/mining'
import { holdPolicies, lockJudged, requireNothingWorse } from '@assay/policies'
import { accessProfileName, profileContent } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { giftsOfOthers } from './gifts-of-others.ts'

/** A change of an access profile that a user makes by hand. */
interface ChangeByHand<T> {
  readonly tenantId: number
  /** The snapshot in force; undefined before the first load, when policies have no effect. */
  readonly snapshot: Snapshot | undefined
  /** Undefined for a profile that the change creates, or whose id is not known. */
  readonly profileId: string | undefined
  /** The change adds only a part of the members of a whole that policies checked before. */
  readonly isPart?: boolean
  readonly change: () => Promise<T>
  /** Gets the profile's id from the answer. */
  readonly idOf?: (answer: T) => string
}

/**
 * Makes a change and then checks its result against the policies, in the caller's transaction. An error rolls the transaction back.
 * Breaches that existed before the change are no reason to refuse it.
 * @throws failed_precondition (reason POLICY_VIOLATED) with the policy and the people or entitlements concerned; errors of `change`
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

/** Undefined for a profile that does not exist: the change itself reports that. */
async function judgedProfile(sql: TenantSql, snapshot: Snapshot, id: string) {
  const name = await accessProfileName(sql, id)
  if (name === undefined) return undefined
  const { entitlementKeys, memberKeys } = await profileContent(sql, id)
  const members = ordinalsOf(snapshot.identityKey, memberKeys).ordinals
  return {
    // Policies check what is proposed to enabled people only.
    members: members.filter((member) => snapshot.identityStatus[member] === identityStatuses.enabled),
    entitlements: ordinalsOf(snapshot.entitlementKey, entitlementKeys).ordinals,
    name,
    id,
  }
}
