import {
  type ProfileDrift,
  ProfileDriftSchema,
  ProfileDriftService,
  DriftRemoval_Reason as Reason,
} from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { toJson } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { counted } from './counted.ts'

/** `assay drift`: the differences between access profiles and the access data in force. */
export function driftCommand(print: (line: string) => void): Command {
  return new Command('drift')
    .description('say how access profiles and the access data in force have come apart')
    .argument('[profile]', 'the id of an access profile: print all of it')
    .option('--all', 'print the profiles without any drift too')
    .option('--json', 'print each profile as a JSON line, with the names of the API')
    .action(async (accessProfileId: string | undefined, options: { all?: boolean; json?: boolean }) => {
      const client = createClient(ProfileDriftService, (await connectToPlatform(readSettings())).transport)
      const show = (drift: ProfileDrift) => {
        if (options.json) print(JSON.stringify(toJson(ProfileDriftSchema, drift)))
        else for (const line of describeDrift(drift)) print(line)
      }
      if (accessProfileId !== undefined) return show(await client.getProfileDrift({ accessProfileId }))
      let total = 0
      let without = 0
      for (let pageToken = ''; ; ) {
        const page = await client.listProfileDrift({ pageSize: 100, pageToken })
        total += page.profiles.length
        for (const drift of page.profiles) {
          if (options.all || options.json || hasDrift(drift)) show(drift)
          else without++
        }
        if (page.nextPageToken === '') break
        pageToken = page.nextPageToken
      }
      if (!options.json && total === 0) print('There is no access profile yet: accept a suggestion to make one.')
      if (!options.json && without > 0) print(`${counted(without, 'access profile')} without any drift.`)
    })
}

function hasDrift(drift: ProfileDrift): boolean {
  const counts = [drift.additionsOfMost, drift.additionsOfHalf, drift.removalCount, drift.outsideHolderCount]
  return (
    [...counts, drift.lackingMemberCount, drift.goneEntitlementCount].some((count) => count > 0) ||
    drift.ruleMatchesNobody ||
    drift.rulePaused
  )
}

/** `1 held by at least 80 % of its people, 2 by at least half` */
function additionWords({ additionsOfMost, additionsOfHalf }: ProfileDrift): string {
  return [
    ...(additionsOfMost > 0 ? [`${additionsOfMost} held by at least 80 % of its people`] : []),
    ...(additionsOfHalf > 0
      ? [`${additionsOfHalf} ${additionsOfMost > 0 ? 'by at least half' : 'held by at least half of its people'}`]
      : []),
  ].join(', ')
}

/** The lines about a profile. */
export function describeDrift(drift: ProfileDrift): string[] {
  const { additions, removals, outsideHolders, lackingMembers } = drift
  const line = (count: number, words: string, names: readonly string[]) => {
    if (count === 0) return []
    const more = count > names.length ? `, and ${count - names.length} more` : ''
    return [`  ${words}: ${names.join(', ')}${more}`]
  }
  const why = {
    [Reason.NOT_HELD]: 'held by no member',
    [Reason.NOT_USED]: 'used by no member',
    [Reason.UNSPECIFIED]: '',
  }
  return [
    `${drift.displayName}  (${counted(drift.peopleCount, 'person', 'people')}, ${counted(drift.entitlementCount, 'entitlement')}; profile:${drift.accessProfileId})`,
    ...(drift.ruleMatchesNobody ? ['  Its rule matches no person.'] : []),
    ...(drift.rulePaused
      ? ['  Its rule is paused, so its members stay as they are: its page in the console says why, and lets it go on.']
      : []),
    ...(drift.goneEntitlementCount > 0
      ? [`  gone from the access data: ${counted(drift.goneEntitlementCount, 'entitlement')}`]
      : []),
    ...line(
      drift.additionsOfMost + drift.additionsOfHalf,
      `to add, ${additionWords(drift)}`,
      additions.map((one) => `${one.applicationId}/${one.entitlementId} (${one.holderCount} of ${drift.peopleCount})`),
    ),
    ...line(
      drift.removalCount,
      'to remove',
      removals.map((one) => `${one.applicationId}/${one.entitlementId} (${why[one.reason]})`),
    ),
    ...line(
      drift.outsideHolderCount,
      `${counted(drift.outsideHolderCount, 'person outside holds', 'people outside hold')} all of it`,
      outsideHolders.map(({ identityId }) => identityId),
    ),
    ...line(
      drift.lackingMemberCount,
      `${counted(drift.lackingMemberCount, 'member')} ${drift.lackingMemberCount === 1 ? 'lacks' : 'lack'} something`,
      lackingMembers.map((one) => `${one.identityId} (${one.lackingCount})`),
    ),
  ]
}
