import { mkdir } from 'node:fs/promises'
import { type ProfileDrift, ProfileDriftService } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import {
  ProfileDifference_Kind as Kind,
  type ProfileDifference,
  PublicationService,
} from '@assay/contracts/assay/publication/v1/publication_service_pb'
import { type Client, createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { type ApiClient, connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { counted } from './counted.ts'
import { minuteOf } from './minute.ts'
import { unpackFiles } from './unpack-files.ts'

type Print = (line: string) => void
type Publications = Client<typeof PublicationService>
interface Downloads {
  downloadPublication(request: {
    readonly publicationId: string
    readonly source: string
  }): AsyncIterable<{ readonly data: Uint8Array }>
}

interface Options {
  readonly to: string
  readonly out?: string
  readonly profiles?: string[]
  readonly dryRun?: boolean
  readonly source?: string
}

/** `assay publish`: writes access profiles as files for another system. */
export function publishCommand(print: Print): Command {
  const publish = new Command('publish')
    .description('hand access profiles to another system: write the files that it reads, and record it')
    .option('--to <target>', 'the kind of system; "assay publish targets" prints them')
    .option('--out <folder>', 'where the files are written; those of the last time are replaced')
    .option('--profiles <ids...>', 'only these access profiles; default: all')
    .option(
      '--source <name>',
      'the source that is the export of that system, whose ids the files have; default: the only one with its application',
    )
    .option('--dry-run', 'print the difference to the last time, write nothing and record nothing')
    .action(async (options: Partial<Options>) => {
      if (options.to === undefined)
        throw new Error('Say to which kind of system: --to TARGET. "assay publish targets" prints them')
      if (options.out === undefined && !options.dryRun)
        throw new Error('Say where the files are to be written: --out FOLDER. Or --dry-run, which writes none')
      await publishTo(await connectToPlatform(readSettings()), { ...options, to: options.to }, print)
    })
  publish
    .command('targets')
    .description('print the kinds of systems, the files for each and what those do not say')
    .action(async () => {
      const client = createClient(PublicationService, (await connectToPlatform(readSettings())).transport)
      for (const { id, title, fileNames, losses } of (await client.listTargets({})).targets) {
        print(`${id}  ${title}: ${fileNames.join(', ')}`)
        for (const loss of losses) print(`  - ${loss}`)
      }
    })
  publish
    .command('list')
    .description('print who handed profiles over, when and to what, the newest first')
    .action(async () => {
      const client = createClient(PublicationService, (await connectToPlatform(readSettings())).transport)
      for (let pageToken = ''; ; ) {
        const page = await client.listPublications({ pageSize: 100, pageToken })
        for (const one of page.publications) {
          const who = one.publishedByDisplayName || one.publishedBy
          print(
            onOneLine(
              `${minuteOf(one.publishTime)}  ${one.targetId}  ${counted(one.profileCount, 'access profile')} by ${who}  ${one.id}`,
            ),
          )
        }
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })
  return publish
}

async function publishTo(
  api: ApiClient,
  { to: targetId, out, profiles = [], dryRun, source = '' }: Options,
  print: Print,
) {
  const client = createClient(PublicationService, api.transport)
  const accessProfileIds = profiles.map((id) => id.replace(/^profile:/, ''))
  const contentHash = await printDifference(client, { targetId, accessProfileIds, source }, print)
  await printDoubts(api, accessProfileIds, print)
  if (dryRun || out === undefined) return
  // The folder is made first: if that fails, no publication is recorded.
  await mkdir(out, { recursive: true })
  const { id: publicationId } = await client.createPublication({ targetId, accessProfileIds, contentHash })
  for (const path of await writtenFiles(client, { publicationId, source }, out)) print(`wrote ${path}`)
}

/**
 * Writes the files of a recorded publication into a folder. A download that breaks off is tried once more.
 * @returns their paths
 * @throws Error that says what is recorded and how to get the files, because by now the next difference is to this publication
 */
export async function writtenFiles(
  client: Downloads,
  publication: { readonly publicationId: string; readonly source: string },
  folder: string,
): Promise<string[]> {
  const { publicationId } = publication
  const download = () => unpackFiles(client.downloadPublication(publication), folder)
  try {
    // The second error is reported: it is the present state.
    return await download().catch(download)
  } catch (error) {
    const { failureWords } = await import('../failure-words.ts')
    throw new Error(
      `The publication ${publicationId} is recorded, but its files are not all in ${folder} (${await failureWords(error)}). Run the command again: it records the profiles once more and writes all files`,
      { cause: error },
    )
  }
}

/** @returns the hash of the compared content */
async function printDifference(
  client: Publications,
  asked: { readonly targetId: string; readonly accessProfileIds: string[]; readonly source: string },
  print: Print,
): Promise<string> {
  for (let pageToken = ''; ; ) {
    const page = await client.previewPublication({ ...asked, pageSize: 100, pageToken })
    if (pageToken === '') {
      const { profileCount, addedCount, changedCount, removedCount } = page
      const moved = addedCount + changedCount + removedCount
      const how = moved === 0 ? 'none differs' : `${addedCount} new, ${changedCount} changed, ${removedCount} gone`
      print(`${counted(profileCount, 'access profile')} to ${asked.targetId}; since the last time ${how}.`)
      for (const notice of page.notices) print(onOneLine(notice))
    }
    for (const difference of page.differences) for (const line of describeDifference(difference)) print(onOneLine(line))
    if (page.nextPageToken === '') return page.contentHash
    pageToken = page.nextPageToken
  }
}

/** Prints the profiles whose files would not agree with the access data: for lack of a load, or until somebody decides. */
async function printDoubts({ transport }: ApiClient, ids: readonly string[], print: Print): Promise<void> {
  const client = createClient(ProfileDriftService, transport)
  for (let pageToken = ''; ; ) {
    const page = await client.listProfileDrift({ pageSize: 100, pageToken })
    for (const drift of page.profiles)
      if (ids.length === 0 || ids.includes(drift.accessProfileId))
        for (const line of doubts(drift)) print(onOneLine(line))
    if (page.nextPageToken === '') return
    pageToken = page.nextPageToken
  }
}

/** What of a profile does not agree with the access data, so that another system should perhaps not have it. */
export function doubts({
  displayName,
  accessProfileId,
  rulePaused,
  goneEntitlementCount: gone,
}: ProfileDrift): string[] {
  const about = (what: string) => `! ${displayName}  (profile:${accessProfileId}): ${what}`
  return [
    ...(rulePaused ? [about('its rule is paused, so its members may be out of date')] : []),
    ...(gone > 0 ? [about(`it gives ${counted(gone, 'entitlement')} that the access data no longer have`)] : []),
  ]
}

/** Escapes control and invisible characters, so that a name can neither begin a line nor change the text before it. */
function onOneLine(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  )
}

const marks: Readonly<Record<number, string>> = { [Kind.ADDED]: '+', [Kind.CHANGED]: '~', [Kind.REMOVED]: '-' }

function describeDifference(difference: ProfileDifference): string[] {
  const { displayName, kind, accessProfileId, changedFields } = difference
  const entitlements = (list: ProfileDifference['addedEntitlements']) =>
    list.map(({ applicationId, entitlementId, entitlementDisplayName }) =>
      [`${applicationId}/${entitlementId}`, entitlementDisplayName].filter(Boolean).join('  '),
    )
  const members = (list: ProfileDifference['addedMembers']) =>
    list.map(
      ({ identityId, identityDisplayName }) => `member ${[identityId, identityDisplayName].filter(Boolean).join('  ')}`,
    )
  return [
    `${marks[kind] ?? ' '} ${displayName}  (profile:${accessProfileId})`,
    ...(changedFields.length > 0 ? [`    ~ ${changedFields.join(', ')}`] : []),
    ...moved('+', difference.addedEntitlementCount, entitlements(difference.addedEntitlements), 'entitlement'),
    ...moved('-', difference.removedEntitlementCount, entitlements(difference.removedEntitlements), 'entitlement'),
    ...moved('+', difference.addedMemberCount, members(difference.addedMembers), 'member'),
    ...moved('-', difference.removedMemberCount, members(difference.removedMembers), 'member'),
  ]
}

function moved(mark: string, count: number, names: readonly string[], noun: string): string[] {
  const more = count - names.length
  return [
    ...names.map((name) => `    ${mark} ${name}`),
    ...(more > 0 ? [`    ${mark} ${counted(more, `more ${noun}`)}`] : []),
  ]
}
