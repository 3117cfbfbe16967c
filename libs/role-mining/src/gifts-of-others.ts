import type { Snapshot } from '@assay/mining'
import { type CompiledPolicies, giftsOf, type OtherGifts, separatedKeys } from '@assay/policies'
import { profilesGiving } from '@assay/profiles'
import type { TenantSql } from '@assay/store'

/**
 * The entitlements that other access profiles give to some people, or are about to give, as far as policies of separation need them. For a
 * change, call it in the transaction of the change, after `holdPolicies`, so that no other change happens in between.
 * @param except the profile that is changed, or the profiles that were made from the candidate
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
