import { identityStatuses, identityTypes, ordinalsOf, type RoleDrift, roleDrift, type Snapshot } from '@assay/mining'
import { type AccessProfile, confirmedCommonAccess, profileContents } from '@assay/profiles'
import { entitlementHolders, getMiningSettings } from '@assay/role-mining'
import type { CandidateData } from '../candidates.ts'
import { newestDayOfUse } from '../impact/snapshot-facts.ts'

/** The differences between an access profile and the access data. */
export interface ProfileDrift extends RoleDrift {
  readonly profile: AccessProfile
  readonly entitlementCount: number
  /** The members whom the access data have; ordinals, ascending. */
  readonly members: Uint32Array
  /** Number of its entitlements that the data do not have any more. */
  readonly goneEntitlements: number
  /** Whether its rule decides who is a member, was evaluated, and selects nobody. */
  readonly ruleMatchesNobody: boolean
  /** Whether its rule is paused, so that its members are not those whom the rule selects. */
  readonly rulePaused: boolean
}

const unusedDays = 90

/** The drift of each profile, in order. Other requests continue between two profiles. */
export async function* profileDrift(
  data: CandidateData,
  profiles: readonly AccessProfile[],
): AsyncGenerator<ProfileDrift> {
  const { sql } = data
  const { snapshot } = data.loaded
  const holders = await entitlementHolders(snapshot)
  const newest = newestDayOfUse(snapshot)
  const confirmed = ordinalsOf(snapshot.entitlementKey, await confirmedCommonAccess(sql)).ordinals
  const { settings } = await getMiningSettings(sql)
  const isCommon = commonAccess(snapshot, settings.commonAccessShare)
  for (const one of confirmed) isCommon[one] = 1
  const ids = profiles.map(({ id }) => id)
  const contents = await profileContents(sql, ids)
  for (const [place, profile] of profiles.entries()) {
    const { entitlementKeys, memberKeys } = contents[place]!
    const given = ordinalsOf(snapshot.entitlementKey, entitlementKeys)
    const members = ordinalsOf(snapshot.identityKey, memberKeys).ordinals
    const drift = roleDrift({
      snapshot,
      holders,
      entitlements: given.ordinals,
      members,
      isCommon,
      unusedBefore: newest === 0 ? 0 : Math.max(0, newest - unusedDays),
    })
    yield {
      ...drift,
      profile,
      members,
      entitlementCount: given.ordinals.length,
      goneEntitlements: given.gone,
      ruleMatchesNobody: matchesNobody(profile),
      rulePaused: profile.automationPausedAt !== null,
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function matchesNobody(profile: AccessProfile): boolean {
  const { automationEnabled, automationRanAt, automationPausedAt, memberCount, pendingTaskCount } = profile
  const isFollowed = automationEnabled && automationRanAt !== null && automationPausedAt === null
  return isFollowed && memberCount + pendingTaskCount === 0
}

interface HolderCounts {
  readonly people: number
  /** For each entitlement, the number of enabled people to whom it is assigned. */
  readonly counts: Uint32Array
}

const counted = new WeakMap<Snapshot, HolderCounts>()

/**
 * For each entitlement 1 when nearly everybody is assigned it, so that no role has to give it.
 * @param share the share of all enabled people from which on it is common access: see docs/insight.md
 */
function commonAccess(snapshot: Snapshot, share: number): Uint8Array {
  const known = counted.get(snapshot) ?? countHolders(snapshot)
  counted.set(snapshot, known)
  const { people, counts } = known
  return Uint8Array.from(counts, (count) => (people > 0 && count >= share * people ? 1 : 0))
}

function countHolders({
  identityCount,
  identityStatus,
  identityType,
  rowOffset,
  rowEntitlement,
  entitlementCount,
}: Snapshot): HolderCounts {
  const counts = new Uint32Array(entitlementCount)
  let people = 0
  for (let i = 0; i < identityCount; i++) {
    if (identityStatus[i] !== identityStatuses.enabled || identityType[i] !== identityTypes.human) continue
    people++
    for (let at = rowOffset[i]!; at < rowOffset[i + 1]!; at++) counts[rowEntitlement[at]!]!++
  }
  return { people, counts }
}
