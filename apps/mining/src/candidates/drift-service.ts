import { type CandidateData, type ProfileDrift, profileDrift } from '@assay/candidates'
import {
  type ProfileDriftSchema,
  type ProfileDriftService,
  DriftRemoval_Reason as Reason,
} from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { entitlementsByKey, identityNamesByKey } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { getAccessProfile, listAccessProfiles, type ProfilePosition } from '@assay/profiles'
import type { MessageInitShape } from '@bufbuild/protobuf'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import type { ServiceContext } from '../service-context.ts'
import { onCandidates } from './with-caller.ts'

const mostInList = 10
const mostOfOne = 1000

/** The differences between access profiles and the access data in force. */
export function profileDriftService(service: ServiceContext): ServiceImpl<typeof ProfileDriftService> {
  return {
    listProfileDrift: (request, context) =>
      onCandidates(service, context, async (data, { tenantId }) => {
        const pages = new Pages<ProfilePosition>(service.pageTokens, ['profile drift', tenantId], request)
        const { profiles, last } = await listAccessProfiles(data.sql, pages)
        const found: ProfileDrift[] = []
        for await (const drift of profileDrift(data, profiles)) {
          context.signal.throwIfAborted()
          found.push(drift)
        }
        return { profiles: await toDriftMessages(data, found, mostInList), nextPageToken: pages.next(last) }
      }),

    getProfileDrift: ({ accessProfileId }, context) =>
      onCandidates(service, context, async (data) => {
        const profile = await getAccessProfile(data.sql, accessProfileId)
        const found = await Array.fromAsync(profileDrift(data, [profile]))
        const message = itemAt(await toDriftMessages(data, found, mostOfOne), 0)
        return message
      }),
  }
}

const reasons = { not_held: Reason.NOT_HELD, not_used: Reason.NOT_USED } as const

/** The messages of a page; the names of all its drifts are read at once. @param most items of each list */
async function toDriftMessages(
  { sql, loaded: { snapshot } }: CandidateData,
  found: readonly ProfileDrift[],
  most: number,
): Promise<MessageInitShape<typeof ProfileDriftSchema>[]> {
  const { entitlementKey, identityKey } = snapshot
  const shown = found.map((drift) => ({
    drift,
    additions: drift.additions.slice(0, most),
    removals: drift.removals.slice(0, most),
    outside: Array.from(drift.outsideHolders.subarray(0, most)),
    lacking: Array.from(drift.lackingMembers.subarray(0, most)),
  }))
  const entitlements = shown.flatMap(({ additions, removals }) => [...additions, ...removals])
  const people = shown.flatMap(({ outside, lacking }) => [...outside, ...lacking])
  const [details, names] = await Promise.all([
    entitlementsByKey(sql, [...new Set(entitlements.map(({ entitlement }) => itemAt(entitlementKey, entitlement)))]),
    identityNamesByKey(sql, [...new Set(people.map((person) => itemAt(identityKey, person)))]),
  ])
  const entitlementOf = (entitlement: number) => {
    const one = details.get(itemAt(entitlementKey, entitlement))
    return {
      applicationId: one?.applicationId ?? '',
      entitlementId: one?.id ?? '',
      displayName: one?.displayName ?? '',
    }
  }
  const personOf = (person: number, lackingCount: number) => {
    const { id = '', displayName = '' } = names.get(itemAt(identityKey, person)) ?? {}
    return { identityId: id, displayName, lackingCount }
  }
  return shown.map(({ drift, additions, removals, outside, lacking }) => ({
    accessProfileId: drift.profile.id,
    displayName: drift.profile.displayName,
    peopleCount: drift.people,
    entitlementCount: drift.entitlementCount,
    goneEntitlementCount: drift.goneEntitlements,
    additions: additions.map(({ entitlement, holders, band }) => ({
      ...entitlementOf(entitlement),
      holderCount: holders,
      bandPercent: band,
    })),
    additionsOfMost: drift.additions.filter(({ band }) => band === 80).length,
    additionsOfHalf: drift.additions.filter(({ band }) => band === 50).length,
    removals: removals.map(({ entitlement, holders, reason }) => ({
      ...entitlementOf(entitlement),
      holderCount: holders,
      reason: reasons[reason],
    })),
    removalCount: drift.removals.length,
    outsideHolderCount: drift.outsideHolders.length,
    outsideHolders: outside.map((person) => personOf(person, 0)),
    lackingMemberCount: drift.lackingMembers.length,
    lackingMembers: lacking.map((person, place) => personOf(person, itemAt(drift.lacking, place))),
    lackingCount: BigInt(drift.lacking.reduce((sum, count) => sum + count, 0)),
    ruleMatchesNobody: drift.ruleMatchesNobody,
    rulePaused: drift.rulePaused,
  }))
}
