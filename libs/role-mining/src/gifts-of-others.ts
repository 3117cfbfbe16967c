import type { Snapshot } from '@assay/mining'
import { type CompiledPolicies, giftsOf, type OtherGifts, separatedKeys } from '@assay/policies'
import { profilesGiving } from '@assay/profiles'
import type { TenantSql } from '@assay/store'

/**
 * What access profiles give to some people, or are about to, as far as policies of separation look at it. For a change it is asked in its
 * transaction, after `holdPolicies`, so that no other change comes in between.
 * @param except the profile that is changed, or those that were made of the candidate
 */
export async function giftsOfOthers(
  sql: TenantSql,
  snapshot: Snapshot,
  compiled: CompiledPolicies,
  people: Uint32Array | undefined,
  except: readonly string[],
): Promise<OtherGifts | undefined> {
  if (compiled.separation.length === 0 || people === undefined || people.length === 0) return undefined
  const profiles = await profilesGiving(sql, separatedKeys(snapshot, compiled))
  const own = new Set(except.map((id) => id.toLowerCase()))
  const others = profiles.filter(({ profileId }) => !own.has(profileId))
  return others.length === 0 ? undefined : giftsOf(snapshot, compiled, others, people)
}
