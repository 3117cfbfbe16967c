import { Load_Kind as Kind, type Load } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { type ApiClient, connectToPlatform } from '../api-client.ts'
import { readSettings, temporaryDirectory } from '../settings.ts'
import { counted } from './counted.ts'
import { inputFiles, type NamedFile } from './input-files.ts'
import { confirmedAll, messagesOf, prepareSource } from './load-sources.ts'
import { withTemporaryFolder } from './temporary-folder.ts'

interface ChangeOptions {
  readonly base?: string
  readonly confirm?: boolean
  readonly analyse?: boolean
  readonly json?: boolean
}

/** `assay change`: upserts and deletions of a source, from files with one change in each line. */
export function changeCommand(print: (line: string) => void): Command {
  return new Command('change')
    .description('change what a source says by upserts and deletions, without loading it whole')
    .argument('<source>', 'the source; it is created if it does not exist')
    .argument('<files...>', 'files of one change a line as JSON, applied in this order; - for standard input')
    .option(
      '--base <load>',
      'the load that the changes build on; refused when another is in force. Default: the newest one',
    )
    .option('--confirm', 'also when more than a fifth of the people or grants would go')
    .option('--analyse', 'analyse also when nothing changed')
    .option('--json', 'print the result as JSON')
    .action(async (source: string, paths: string[], options: ChangeOptions) => {
      const load = await withTemporaryFolder(temporaryDirectory(), async (folder, gracefully) => {
        const files = await inputFiles(paths, folder, {})
        const api = await connectToPlatform(readSettings())
        return gracefully((signal) => change(api, source, files, options, signal))
      })
      if (options.json) print(JSON.stringify(factsOf(load), undefined, 2))
      else print(describe(load))
    })
}

/** @throws Refused for invalid changes, and for changes that would remove much without a confirmation */
async function change(
  api: ApiClient,
  source: string,
  files: readonly NamedFile[],
  { base, confirm, analyse }: ChangeOptions,
  signal: AbortSignal,
): Promise<Load> {
  const sources = createClient(SourceService, api.transport)
  const undo = await prepareSource(sources, source, {})
  let loadId = ''
  try {
    const { newestLoad } = await sources.getSource({ sourceId: source })
    const baseLoadId = base ?? newestLoad?.id ?? ''
    loadId = (await sources.createLoad({ sourceId: source, kind: Kind.CHANGES, baseLoadId })).id
    for (const [at, file] of files.entries()) {
      // The service applies files in the order of their names.
      const place = String(at + 1).padStart(4, '0')
      const name = files.length === 1 ? file.name : `${place} ${file.name}`
      await sources.uploadLoadFile(messagesOf(loadId, { ...file, name }, signal))
    }
    await sources.commitLoad({ loadId, analyse: analyse ?? false })
    const [load] = await confirmedAll(sources, [loadId], { confirm: confirm ?? false }, signal)
    return load as Load
  } catch (error) {
    // The first error is reported; an error of the abort, such as that the load has already ended, would hide it.
    if (loadId !== '') await sources.abortLoad({ loadId }).catch(() => {})
    await undo().catch(() => {})
    throw error
  }
}

function describe({ id, sourceId, baseLoadId, changes, counts }: Load): string {
  const { upserts = 0n, deletions = 0n, absentDeletions = 0n, endedRecords = 0n } = changes ?? {}
  const on = baseLoadId === '' ? '' : ` on top of load ${baseLoadId}`
  const parts = [counted(Number(upserts), 'upsert'), counted(Number(deletions), 'deletion')]
  if (absentDeletions > 0n) parts.push(`${counted(Number(absentDeletions), 'deletion')} of what was not there`)
  if (endedRecords > 0n) parts.push(`${counted(Number(endedRecords), 'record')} ended with what was deleted`)
  const { people = 0, accounts = 0, grants = 0n } = counts ?? {}
  const holds = `${counted(people, 'person', 'people')}, ${counted(accounts, 'account')} and ${counted(Number(grants), 'grant')}`
  return `${sourceId}: load ${id} is in force${on}: ${parts.join(', ')}. The source has ${holds}.`
}

function factsOf({ id, sourceId, baseLoadId, importId, changes, counts }: Load): Record<string, unknown> {
  return {
    source: sourceId,
    load: id,
    baseLoad: baseLoadId,
    importId,
    upserts: Number(changes?.upserts ?? 0n),
    deletions: Number(changes?.deletions ?? 0n),
    absentDeletions: Number(changes?.absentDeletions ?? 0n),
    endedRecords: Number(changes?.endedRecords ?? 0n),
    people: counts?.people ?? 0,
    accounts: counts?.accounts ?? 0,
    grants: Number(counts?.grants ?? 0n),
  }
}
