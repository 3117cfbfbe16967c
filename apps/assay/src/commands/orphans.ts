import { type Orphan, Orphan_Reason as Reason } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { type Client, createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { counted } from './counted.ts'

export async function connectedSources(): Promise<Client<typeof SourceService>> {
  return createClient(SourceService, (await connectToPlatform(readSettings())).transport)
}

/** `assay orphans`: accounts and holders without a person, and accounts on which rules disagree. */
export function orphansCommand(print: (line: string) => void): Command {
  return new Command('orphans')
    .description('list accounts without a person, and those on which rules disagree')
    .option('--source <source>', 'only of this source', '')
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
