import { PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { Load_State as LoadState, type Source } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { ErrorInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { type Client, ConnectError, createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { counted } from './counted.ts'
import { describeUnended, newestLoad, peopleAndAccounts } from './describe-load.ts'
import { minuteOf } from './minute.ts'
import { describePull, pullOf } from './pull.ts'
import { Refused } from './refused.ts'

interface SourcesOptions {
  readonly delete?: string
  readonly confirm?: string
  readonly abort?: string
  readonly json?: boolean
}

/**
 * `assay sources`: the sources of access data, and their loads that have not ended. `--delete` also removes the data that only that source
 * has.
 */
export function sourcesCommand(print: (line: string) => void): Command {
  return new Command('sources')
    .description('list the sources of access data, in the order in which the first with a value wins')
    .option('--delete <source>', 'delete a source; what only it says is gone')
    .option(
      '--confirm <source>',
      'bring the load of this source into force that waits because it removes much, or delete it although much may go',
    )
    .option('--abort <source>', 'give up the load of this source that has not ended')
    .option('--json', 'print the result as JSON')
    .action(async (options: SourcesOptions) => {
      const { transport } = await connectToPlatform(readSettings())
      const api = createClient(SourceService, transport)
      const pulls = createClient(PullService, transport)
      const isDeletion = options.delete !== undefined
      if (isDeletion) await deleteSource(api, options.delete, options.confirm)
      if (options.confirm !== undefined && !isDeletion) await confirmNewest(api, options.confirm)
      if (options.abort !== undefined) await abortNewest(api, options.abort)
      const { sources } = await api.listSources({})
      if (options.json) print(JSON.stringify(sources.map(factsOfSource), undefined, 2))
      else if (sources.length === 0) print('There is no source yet; assay import loads one.')
      for (const source of options.json ? [] : sources) {
        print(describeSource(source))
        const pull = await pullOf(pulls, source.id)
        if (pull !== undefined) print(`   ${describePull(pull)}`)
        const unended = describeUnended(await newestLoad(api, source.id))
        if (unended !== undefined) print(`   ${unended}`)
      }
    })
}

/** @param confirm must be the same source; it confirms a deletion that removes much */
async function deleteSource(
  api: Client<typeof SourceService>,
  sourceId: string,
  confirm: string | undefined,
): Promise<void> {
  if (confirm !== undefined && confirm !== sourceId) {
    throw new Error(`--confirm names "${confirm}", and --delete "${sourceId}"; give one of them, or the same name`)
  }
  try {
    await api.deleteSource({ sourceId, confirm: confirm === sourceId })
  } catch (error) {
    if (reasonOf(error) !== 'REMOVES_MUCH') throw error
    throw new Refused(4, `${ConnectError.from(error).rawMessage}: give --delete ${sourceId} --confirm ${sourceId}.`)
  }
}

function reasonOf(error: unknown): string | undefined {
  return ConnectError.from(error).findDetails(ErrorInfoSchema)[0]?.reason
}

async function confirmNewest(api: Client<typeof SourceService>, sourceId: string): Promise<void> {
  const load = await newestLoad(api, sourceId)
  if (load?.state !== LoadState.AWAITING_CONFIRMATION) {
    throw new Error(`No load of "${sourceId}" waits for a confirmation; assay sources shows those that do`)
  }
  await api.confirmLoad({ loadId: load.id })
}

async function abortNewest(api: Client<typeof SourceService>, sourceId: string): Promise<void> {
  const load = await newestLoad(api, sourceId)
  if (describeUnended(load) === undefined) {
    throw new Error(`Every load of "${sourceId}" has ended; assay sources shows those that have not`)
  }
  await api.abortLoad({ loadId: load?.id ?? '' })
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
  const { people, accounts } = peopleAndAccounts(newestLoad.counts, accountsOnly)
  const { grants = 0n } = newestLoad.counts ?? {}
  parts.push(`load ${newestLoad.id} of ${minuteOf(newestLoad.commitTime)}`)
  if (!accountsOnly) parts.push(counted(people, 'person', 'people'))
  if (accounts > 0) parts.push(`${counted(accounts, 'account')} (${linkedAccountCount} linked)`)
  parts.push(counted(Number(grants), 'grant'))
  if (orphanCount > 0n) parts.push(counted(Number(orphanCount), 'orphan'))
  const { changesSinceWholeLoad: changes } = source
  if (changes > 0) parts.push(`${counted(changes, 'change set')} since the last whole load`)
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
    changesSinceWholeLoad: source.changesSinceWholeLoad,
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

/** The ids of the other sources that have a load. */
export async function otherSources(api: Client<typeof SourceService>, names: readonly string[]): Promise<string[]> {
  const { sources } = await api.listSources({})
  return sources.filter(({ id, newestLoad }) => newestLoad !== undefined && !names.includes(id)).map(({ id }) => id)
}
