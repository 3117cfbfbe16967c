import { type Account, type Orphan, Orphan_Reason as Reason } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { type Client, createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { counted } from './counted.ts'

async function connected(): Promise<Client<typeof SourceService>> {
  return createClient(SourceService, (await connectToPlatform(readSettings())).transport)
}

/** `assay orphans`: accounts and holders that belong to nobody, and accounts on which rules disagree. */
export function orphansCommand(print: (line: string) => void): Command {
  return new Command('orphans')
    .description('list accounts that belong to nobody, and those on which rules disagree')
    .option('--source <source>', 'of this source alone', '')
    .option('--json', 'print the result as JSON')
    .action(async (options: { source: string; json?: boolean }) => {
      const found = await orphansOf(await connected(), options.source)
      if (options.json) print(JSON.stringify(found.map(factsOfOrphan), undefined, 2))
      else if (found.length === 0) print('There is no orphan.')
      for (const orphan of options.json ? [] : found) print(describeOrphan(orphan))
    })
}

/** `assay correlate`: how accounts found their people; and links that people make. */
export function correlateCommand(print: (line: string) => void): Command {
  return new Command('correlate')
    .description('count by which rule accounts belong to people; link an account by hand, or take a link back')
    .option('--source <source>', 'the source that has the accounts')
    .option('--link <identity>', 'the id of the identity that the account belongs to')
    .option('--unlink', 'take back a link that somebody made: rules decide again')
    .argument('[application]', 'the application of the account, for --link and --unlink')
    .argument('[account]', 'the id of the account')
    .action(
      async (
        application: string | undefined,
        account: string | undefined,
        { source, link, unlink }: { source?: string; link?: string; unlink?: boolean },
      ) => {
        const api = await connected()
        if (link === undefined && !unlink) {
          for (const line of await describeCorrelation(api, source)) print(line)
          return
        }
        if (source === undefined || application === undefined || account === undefined) {
          throw new Error('Name the account: --source SOURCE APPLICATION ACCOUNT')
        }
        const named = { sourceId: source, applicationId: application, accountId: account }
        if (link === undefined) await api.unlinkAccount(named)
        else await api.linkAccount({ ...named, identityId: link })
        print(
          link === undefined
            ? `Rules decide about ${account} of ${application} again; the sources are put together anew.`
            : `${account} of ${application} belongs to ${link}; the sources are put together anew.`,
        )
      },
    )
}

async function describeCorrelation(api: Client<typeof SourceService>, only: string | undefined): Promise<string[]> {
  const sources = only === undefined ? (await api.listSources({})).sources : [await api.getSource({ sourceId: only })]
  const lines: string[] = []
  for (const { id } of sources) {
    const accounts = await accountsOf(api, id)
    const orphans = await orphansOf(api, id)
    if (accounts.length === 0 && orphans.length === 0) continue
    lines.push(`${id}: ${counted(accounts.length, 'account')}`)
    const byRule = Map.groupBy(
      accounts.filter(({ identityId }) => identityId !== ''),
      ({ rule }) => rule,
    )
    for (const [rule, linked] of byRule)
      lines.push(`  ${counted(linked.length, 'account')} by ${ruleWords[rule] ?? rule}`)
    for (const [reason, found] of Map.groupBy(orphans, (orphan) => orphan.reason)) {
      lines.push(`  ${found.length} ${reasonWords[reason]}`)
    }
  }
  return lines.length === 0 ? ['No source has accounts.'] : lines
}

const ruleWords: Readonly<Record<string, string>> = {
  link: 'a link that somebody made',
  map: 'what the map names',
  email: 'mail address',
  username: 'user name',
  id: 'id',
  service: 'being service accounts, which are identities',
  self: 'being the people, since no source defines any',
}

const reasonWords: Readonly<Record<Reason, string>> = {
  [Reason.UNSPECIFIED]: 'listed',
  [Reason.NONE]: 'of nobody',
  [Reason.AMBIGUOUS]: 'could be of several people',
  [Reason.CONFLICT]: 'on which rules disagree',
}

async function accountsOf(api: Client<typeof SourceService>, sourceId: string): Promise<Account[]> {
  const all: Account[] = []
  for (let pageToken = ''; ; ) {
    const page = await api.listAccounts({ sourceId, pageSize: 100, pageToken })
    all.push(...page.accounts)
    if (page.nextPageToken === '') return all
    pageToken = page.nextPageToken
  }
}

async function orphansOf(api: Client<typeof SourceService>, sourceId: string): Promise<Orphan[]> {
  const all: Orphan[] = []
  for (let pageToken = ''; ; ) {
    const page = await api.listOrphans({ sourceId, pageSize: 100, pageToken })
    all.push(...page.orphans)
    if (page.nextPageToken === '') return all
    pageToken = page.nextPageToken
  }
}

function describeOrphan({ sourceId, applicationId, value, reason, candidateIds, rowCount, place }: Orphan): string {
  const what = applicationId === '' ? `${sourceId}: holder ${value}` : `${sourceId}: ${applicationId} ${value}`
  const rows = counted(Number(rowCount), 'row')
  const where = place === '' ? rows : `${rows}, first in ${place}`
  switch (reason) {
    case Reason.AMBIGUOUS:
      return `${what} could be ${candidateIds.join(' or ')} (${where})`
    case Reason.CONFLICT:
      return `${what} belongs to ${candidateIds[0]}, and another rule says ${candidateIds[1]} (${where})`
    default:
      return `${what} belongs to nobody (${where})`
  }
}

function factsOfOrphan({ sourceId, applicationId, value, reason, candidateIds, rowCount, place }: Orphan) {
  return {
    source: sourceId,
    application: applicationId,
    value,
    reason: Reason[reason].toLowerCase(),
    candidates: candidateIds,
    rows: Number(rowCount),
    place,
  }
}
