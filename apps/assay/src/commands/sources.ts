import { PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { type Orphan, Orphan_Reason as Reason, type Source } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { type Client, createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { describePull, pullOf } from './pull.ts'

export async function connectedSources(): Promise<Client<typeof SourceService>> {
  return createClient(SourceService, (await connectToPlatform(readSettings())).transport)
}

/** `assay sources`: what access data come from. `--delete` ends what only one of them says. */
export function sourcesCommand(print: (line: string) => void): Command {
  return new Command('sources')
    .description('list the sources of access data, in the order in which the first with a value wins')
    .option('--delete <source>', 'delete a source; what only it says is gone')
    .option('--json', 'print the result as JSON')
    .action(async (options: { delete?: string; json?: boolean }) => {
      const { transport } = await connectToPlatform(readSettings())
      const api = createClient(SourceService, transport)
      const pulls = createClient(PullService, transport)
      if (options.delete !== undefined) await api.deleteSource({ sourceId: options.delete })
      const { sources } = await api.listSources({})
      if (options.json) print(JSON.stringify(sources.map(factsOfSource), undefined, 2))
      else if (sources.length === 0) print('There is no source yet; assay import loads one.')
      for (const source of options.json ? [] : sources) {
        print(describeSource(source))
        const pull = await pullOf(pulls, source.id)
        if (pull !== undefined) print(`   ${describePull(pull)}`)
      }
    })
}

/** `assay orphans`: accounts and holders that belong to nobody, and accounts on which rules disagree. */
export function orphansCommand(print: (line: string) => void): Command {
  return new Command('orphans')
    .description('list accounts that belong to nobody, and those on which rules disagree')
    .option('--source <source>', 'of this source alone', '')
    .option('--json', 'print the result as JSON')
    .action(async (options: { source: string; json?: boolean }) => {
      const found = await orphansOf(await connectedSources(), options.source)
      if (options.json) print(JSON.stringify(found.map(factsOfOrphan), undefined, 2))
      else if (found.length === 0) print('There is no orphan.')
      for (const orphan of options.json ? [] : found) print(describeOrphan(orphan))
    })
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

function mapOf({ readyMap, mapVersion }: Source): string {
  if (readyMap !== '') return `map ${readyMap}`
  return mapVersion > 0 ? `own map, version ${mapVersion}` : 'map by content'
}

function describeSource(source: Source): string {
  const { order, id, newestLoad, linkedAccountCount, orphanCount, accountsOnly } = source
  const parts = [`${order}. ${id}`, source.id === 'native' ? 'imports' : mapOf(source)]
  if (accountsOnly) parts.push('accounts only')
  if (newestLoad === undefined) return [...parts, 'not loaded yet'].join(', ')
  const { people = 0, accounts = 0, grants = 0n } = newestLoad.counts ?? {}
  const seconds = Number(newestLoad.commitTime?.seconds ?? 0n)
  parts.push(`load ${newestLoad.id} of ${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')}`)
  parts.push(count(people, 'person', 'people'))
  if (accounts > 0) parts.push(`${count(accounts, 'account')} (${linkedAccountCount} linked)`)
  parts.push(count(Number(grants), 'grant'))
  if (orphanCount > 0n) parts.push(count(Number(orphanCount), 'orphan'))
  return parts.join(', ')
}

function factsOfSource(source: Source): Record<string, unknown> {
  const { id, order, accountsOnly, readyMap, mapVersion, newestLoad } = source
  return {
    id,
    order,
    accountsOnly,
    readyMap,
    mapVersion,
    linkedAccounts: Number(source.linkedAccountCount),
    orphans: Number(source.orphanCount),
    newestLoad:
      newestLoad === undefined
        ? null
        : {
            id: newestLoad.id,
            importId: newestLoad.importId,
            people: newestLoad.counts?.people ?? 0,
            accounts: newestLoad.counts?.accounts ?? 0,
            grants: Number(newestLoad.counts?.grants ?? 0n),
          },
  }
}

function describeOrphan({ sourceId, applicationId, value, reason, candidateIds, rowCount, place }: Orphan): string {
  const what = applicationId === '' ? `${sourceId}: holder ${value}` : `${sourceId}: ${applicationId} ${value}`
  const rows = count(Number(rowCount), 'row')
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

function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}

/** Names of the loaded sources other than these. */
export async function otherSources(api: Client<typeof SourceService>, names: readonly string[]): Promise<string[]> {
  const { sources } = await api.listSources({})
  return sources.filter(({ id, newestLoad }) => newestLoad !== undefined && !names.includes(id)).map(({ id }) => id)
}
