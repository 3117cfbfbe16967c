import { identityStatuses, identityTypes, ordinalsOf, type RoleDrift, roleDrift, type Snapshot } from '@assay/mining'
import { type AccessProfile, confirmedCommonAccess, profileContents } from '@assay/profiles'
import type { CandidateData } from '../candidates.ts'
import { entitlementHolders, newestDayOfUse } from '../impact/snapshot-facts.ts'

/** How an access profile and the access data have come apart. */
export interface ProfileDrift extends RoleDrift {
  readonly profile: AccessProfile
  readonly entitlementCount: number
  /** Entitlements that it gives and the data no longer know. */
  readonly goneEntitlements: number
  /** Its rule decides who is a member, was evaluated, and means nobody. */
  readonly ruleMatchesNobody: boolean
}

const unusedDays = 90
/** Of all enabled people: common access needs no role, see docs/mining.md. */
const commonShare = 0.8

/** The drift of each profile, in order. Others go on between two of them. */
export async function* profileDrift(
  data: CandidateData,
  profiles: readonly AccessProfile[],
): AsyncGenerator<ProfileDrift> {
  const { sql } = data
  const { snapshot } = data.loaded
  const holders = await entitlementHolders(snapshot)
  const newest = newestDayOfUse(snapshot)
  const confirmed = ordinalsOf(snapshot.entitlementKey, await confirmedCommonAccess(sql)).ordinals
  const isCommon = commonAccess(snapshot)
  for (const one of confirmed) isCommon[one] = 1
  const ids = profiles.map(({ id }) => id)
  const contents = await profileContents(sql, ids)
  for (const [place, profile] of profiles.entries()) {
    const { entitlementKeys, memberKeys } = contents[place]
    const given = ordinalsOf(snapshot.entitlementKey, entitlementKeys)
    const drift = roleDrift({
      snapshot,
      holders,
      entitlements: given.ordinals,
      members: ordinalsOf(snapshot.identityKey, memberKeys).ordinals,
      isCommon,
      unusedBefore: newest === 0 ? 0 : Math.max(0, newest - unusedDays),
    })
    yield {
      ...drift,
      profile,
      entitlementCount: given.ordinals.length,
      goneEntitlements: given.gone,
      ruleMatchesNobody: matchesNobody(profile),
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function matchesNobody(profile: AccessProfile): boolean {
  const { automationEnabled, automationRanAt, automationPausedAt, memberCount, pendingTaskCount } = profile
  const isFollowed = automationEnabled && automationRanAt !== null && automationPausedAt === null
  return isFollowed && memberCount + pendingTaskCount === 0
}

const common = new WeakMap<Snapshot, Uint8Array>()

/** Per entitlement 1 when nearly everybody is assigned it; a copy that the caller may change. */
function commonAccess(snapshot: Snapshot): Uint8Array {
  const known = common.get(snapshot) ?? countCommon(snapshot)
  common.set(snapshot, known)
  return known.slice()
}

function countCommon({
  identityCount,
  identityStatus,
  identityType,
  rowOffset,
  rowEntitlement,
  entitlementCount,
}: Snapshot) {
  const counts = new Uint32Array(entitlementCount)
  let people = 0
  for (let i = 0; i < identityCount; i++) {
    if (identityStatus[i] !== identityStatuses.enabled || identityType[i] !== identityTypes.human) continue
    people++
    for (let at = rowOffset[i]; at < rowOffset[i + 1]; at++) counts[rowEntitlement[at]]++
  }
  return Uint8Array.from(counts, (count) => (people > 0 && count >= commonShare * people ? 1 : 0))
}
