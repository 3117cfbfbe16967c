import { ProfileDriftService } from '@assay/contracts'
import { DriftRemoval_ReasonSchema, type ProfileDrift } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { z } from 'zod'
import { cursorFrom, first } from '../lists.ts'
import { count, id, namedEntitlement, nextCursor, paging } from '../shapes.ts'
import { defineTool } from '../tool.ts'
import { wordOf } from '../words.ts'

const { listProfileDrift, getProfileDrift } = ProfileDriftService.method

const person = z.strictObject({ identityId: z.string(), displayName: z.string(), lacking: count })

const profile = z.strictObject({
  accessProfileId: z.string(),
  displayName: z.string(),
  people: count,
  entitlements: count,
  goneEntitlements: count,
  additionsOfMost: count.describe('Entitlements outside the profile that at least 80 % of its members hold.'),
  additionsOfHalf: count,
  removals: count.describe('Entitlements of the profile that no member holds or uses any more.'),
  outsideHolders: count.describe('People who are not members and hold all of it.'),
  lackingMembers: count,
  ruleMatchesNobody: z.boolean(),
  rulePaused: z.boolean().describe('Its members stay as they are, although its rule may select other people.'),
  details: z
    .strictObject({
      additions: z.array(z.strictObject({ ...namedEntitlement.shape, holders: count, bandPercent: z.int() })),
      removals: z.array(z.strictObject({ ...namedEntitlement.shape, holders: count, reason: z.string() })),
      outsideHolders: z.array(person),
      lackingMembers: z.array(person),
    })
    .optional()
    .describe('Only with an `accessProfileId`: the first 25 rows of each list.'),
})

export const getDrift = defineTool({
  name: 'GetDrift',
  title: 'Drift of access profiles',
  description:
    'Shows how access profiles differ from the access data in force: what could be added, what no member holds or uses any more, who holds all of it without being a member, and which members lack something. Without an id it returns pages of all profiles by name; with an id it shows that profile in detail.',
  needs: [listProfileDrift, getProfileDrift],
  input: z.strictObject({ accessProfileId: id.optional(), ...paging }),
  output: z.strictObject({ profiles: z.array(profile), nextCursor }),
  async run({ accessProfileId, limit, cursor }, { calls }) {
    if (accessProfileId !== undefined) {
      const drift = await calls(getProfileDrift, { accessProfileId })
      return { profiles: [{ ...sumsOf(drift), details: detailsOf(drift) }] }
    }
    const page = await calls(listProfileDrift, { pageSize: limit, pageToken: cursor })
    return { profiles: page.profiles.map(sumsOf), ...cursorFrom(page.nextPageToken) }
  },
})

function sumsOf(drift: ProfileDrift): z.input<typeof profile> {
  return {
    accessProfileId: drift.accessProfileId,
    displayName: drift.displayName,
    people: drift.peopleCount,
    entitlements: drift.entitlementCount,
    goneEntitlements: drift.goneEntitlementCount,
    additionsOfMost: drift.additionsOfMost,
    additionsOfHalf: drift.additionsOfHalf,
    removals: drift.removalCount,
    outsideHolders: drift.outsideHolderCount,
    lackingMembers: drift.lackingMemberCount,
    ruleMatchesNobody: drift.ruleMatchesNobody,
    rulePaused: drift.rulePaused,
  }
}

function detailsOf(drift: ProfileDrift): z.input<typeof profile>['details'] {
  return {
    additions: first(drift.additions).map((one) => ({
      applicationId: one.applicationId,
      entitlementId: one.entitlementId,
      displayName: one.displayName,
      holders: one.holderCount,
      bandPercent: one.bandPercent,
    })),
    removals: first(drift.removals).map((one) => ({
      applicationId: one.applicationId,
      entitlementId: one.entitlementId,
      displayName: one.displayName,
      holders: one.holderCount,
      reason: wordOf(DriftRemoval_ReasonSchema, one.reason),
    })),
    outsideHolders: first(drift.outsideHolders).map(personOf),
    lackingMembers: first(drift.lackingMembers).map(personOf),
  }
}

function personOf({ identityId, displayName, lackingCount }: ProfileDrift['outsideHolders'][number]) {
  return { identityId, displayName, lacking: lackingCount }
}
