import { readFile } from 'node:fs/promises'
import { type Entry, type Head, HeadSchema } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { LedgerService, type ListEntriesRequest, type Report } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { ageLedger } from '@assay/ledger'
import { inTenant } from '@assay/store'
import { fromJson, toJson } from '@bufbuild/protobuf'
import type { Timestamp } from '@bufbuild/protobuf/wkt'
import { type Client, createClient } from '@connectrpc/connect'
import { Command, InvalidArgumentError } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { tenantNamed } from '../tenant-named.ts'
import { asOwner, tenantOption } from './clients.ts'
import {
  describeEntry,
  describeInForce,
  describeReport,
  factsOf,
  inForceFacts,
  reportFacts,
} from './describe-ledger.ts'
import { writeOutput } from './output-file.ts'
import { date, time } from './time-argument.ts'

interface ListOptions {
  readonly actor?: string
  readonly subject?: string
  readonly kind?: string
  readonly from?: Timestamp
  readonly until?: Timestamp
  readonly limit: number
  readonly json?: boolean
}

interface AsOfOptions {
  readonly type?: string
  readonly subject?: string
  readonly json?: boolean
}

/** `assay ledger ...`: the decisions, who made them, and the verification of the ledger. */
export function ledgerCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  const ledger = new Command('ledger').description('read, export and verify the record of decisions')
  const connect = async () => createClient(LedgerService, (await connectToPlatform(readSettings())).transport)

  ledger
    .command('list')
    .description('print entries, newest first')
    .option('--actor <id>', 'only those of this API client or identity')
    .option('--subject <id>', 'only those about this thing or person')
    .option(
      '--kind <kind>',
      'only those of this kind, such as suggestion.dismiss, or suggestion. for all of suggestions',
    )
    .option('--from <time>', 'only those from then on, such as 2026-01-31', time)
    .option('--until <time>', 'only those before', time)
    .option('--limit <count>', 'how many', count, 20)
    .option('--json', 'print a JSON object a line')
    .action(async (options: ListOptions) => {
      for await (const entry of entriesOf(await connect(), options)) {
        print(options.json ? JSON.stringify(factsOf(entry)) : describeEntry(entry))
      }
    })

  ledger
    .command('show')
    .description('print one entry in full, as JSON')
    .argument('<id>', 'the id of the entry')
    .action(async (entryId: string) => {
      print(JSON.stringify(factsOf(await (await connect()).getEntry({ entryId })), null, 2))
    })

  ledger
    .command('as-of')
    .description('print what was in force at a time: access data, settings, policies, profiles, sources, clients')
    .argument('<time>', 'such as 2026-01-31, the beginning of that day, or 2026-01-31T17:00:00Z', time)
    .option('--type <type>', 'only these: access_data, client, policy, profile, schedule, settings or source')
    .option('--subject <id>', 'only the thing with this id')
    .option('--json', 'print a JSON object a line')
    .action(async (asOfTime: Timestamp, { type = '', subject = '', json }: AsOfOptions) => {
      const client = await connect()
      for (let pageToken = ''; ; ) {
        const request = { asOfTime, subjectType: type, subjectId: subject, pageSize: 100, pageToken }
        const page = await client.listInForce(request)
        for (const thing of page.things)
          for (const line of json ? [JSON.stringify(inForceFacts(thing))] : describeInForce(thing)) print(line)
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })

  ledger
    .command('head')
    .description('print the newest signed head; keep it elsewhere, and verify with it later')
    .action(async () => print(JSON.stringify(toJson(HeadSchema, await (await connect()).getHead({})), null, 2)))

  ledger
    .command('export')
    .description('write all sealed entries as NDJSON, with what a verification needs')
    .option('--output <file>', 'where to; by default to the standard output')
    .option('--after <position>', 'only those behind this position', count, 0)
    .action(async (options: { output?: string; after: number }) => {
      await writeOutput((await connect()).exportEntries({ afterPosition: BigInt(options.after) }), options.output)
    })

  ledger
    .command('verify')
    .description('look at every entry, link and signature; ends with status 1 when something is wrong')
    .option('--head <file>', 'a stored head: the chain must still contain it')
    .option('--json', 'print the report as JSON')
    .action(async (options: { head?: string; json?: boolean }) => {
      const head = options.head === undefined ? undefined : await readHead(options.head)
      const report = await verify(await connect(), head)
      if (options.json) print(JSON.stringify(reportFacts(report), null, 2))
      else for (const line of describeReport(report)) print(line)
      if (!report.isWhole) throw new Error('The ledger is not whole.')
    })

  ledger
    .command('age')
    .description('remove entries that are older than a day, and keep a signed checkpoint in their place')
    .requiredOption(
      '--before <time>',
      'entries up to the newest head that was signed before then, such as 2020-01-01',
      date,
    )
    .addOption(tenantOption('the tenant whose ledger is meant'))
    .action((options: { before: Date; tenant: string }) =>
      asOwner(environment, async (sql) => {
        const tenantId = await tenantNamed(sql, options.tenant)
        const aged = await inTenant(sql, tenantId, (scoped) => ageLedger(scoped, tenantId, options.before))
        print(
          aged === undefined
            ? `Nothing to remove: no head was signed before ${options.before.toISOString()}.`
            : `${aged.removed} entries are removed; the chain begins behind ${aged.checkpoint} from now on.`,
        )
      }),
    )
  return ledger
}

async function* entriesOf(client: Client<typeof LedgerService>, options: ListOptions): AsyncGenerator<Entry> {
  const { actor = '', subject = '', kind = '', from, until, limit } = options
  let left = limit
  for (let pageToken = ''; left > 0; ) {
    const request: Partial<Omit<ListEntriesRequest, '$typeName'>> = {
      actorId: actor,
      subjectId: subject,
      kind,
      ...(from && { startTime: from }),
      ...(until && { endTime: until }),
      pageSize: Math.min(left, 100),
      pageToken,
    }
    const page = await client.listEntries(request)
    yield* page.entries
    left -= page.entries.length
    if (page.nextPageToken === '') return
    pageToken = page.nextPageToken
  }
}

async function verify(client: Client<typeof LedgerService>, head: Head | undefined): Promise<Report> {
  for await (const { report } of client.verifyLedger(head === undefined ? {} : { head })) {
    if (report !== undefined) return report
  }
  throw new Error('The verification ended without a report')
}

async function readHead(file: string): Promise<Head> {
  const text = await readFile(file, 'utf8')
  try {
    return fromJson(HeadSchema, JSON.parse(text))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`${file} is not a head of a ledger as "assay ledger head" prints it: ${why}`)
  }
}

/** Such as `2026-01-31` */
function count(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}
