import { type Import, ImportRemovalSchema } from '@assay/contracts/assay/directory/v1/import_pb'
import { LoadSchema } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { toJson } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { type ApiClient, connectToPlatform } from '../api-client.ts'
import { readSettings, temporaryDirectory } from '../settings.ts'
import { describeLoad } from './describe-load.ts'
import { describeFaults, describeLosses } from './describe-sources.ts'
import { explain, type FrontDoorOptions, importPaths, summaryOf } from './front-door.ts'
import { importSources, sourcesAt, UnconfirmedRemoval } from './import.ts'
import { inputFiles } from './input-files.ts'
import { type Delivery, loadSources } from './load-sources.ts'
import { readinessAfterImport } from './readiness.ts'
import { Refused } from './refused.ts'
import { otherSources } from './sources.ts'
import { withTemporaryFolder } from './temporary-folder.ts'

interface ImportOptions extends FrontDoorOptions {
  /** Each is a name, or a name and a path: `hr=people.xlsx`. */
  readonly source?: readonly string[]
  /** As `source`, for sources that define accounts and no people. */
  readonly accounts?: readonly string[]
  readonly accountsOnly?: boolean
  readonly only?: boolean
  readonly explain?: boolean
  readonly strict?: boolean
  readonly json?: boolean
}

/**
 * `assay import`. Exit status: 0 when the data are loaded or explained, 1 when it could not run, 2 for invalid data, 3 for files that no
 * map reads, 4 for a removal that waits for a confirmation.
 */
export function importCommand(print: (line: string) => void): Command {
  return new Command('import')
    .description(
      'load access data into the running platform; the files of one command are the whole truth, or with --source all that the source says',
    )
    .argument(
      '[paths...]',
      'files, folders, archives, - for standard input, or scim+https://HOST/PATH for a SCIM server (docs/import/README.md lists the formats)',
    )
    .option(
      '--source <name>',
      'load the files as this source, beside the others; NAME=PATH again for several, which are put together once',
      (value: string, before: string[] = []) => [...before, value],
    )
    .option(
      '--accounts <name>',
      'as --source, for a source whose people are accounts of people that other sources define',
      (value: string, before: string[] = []) => [...before, value],
    )
    .option('--accounts-only', 'all sources of the command are such sources')
    .option('--only', 'retire all other sources (needs --source)')
    .option('--explain', 'say how it would be loaded and what the data are good for; load nothing')
    .option('--map <map>', 'a file with a map, or the name of a ready map, for all that is named')
    .option('--write-map <file>', 'write a first map for a file that no map takes')
    .option('--encoding <name>', 'the encoding of text files, such as windows-1252')
    .option('--delimiter <character>', 'the delimiter of tables; also comma, semicolon, tab, bar')
    .option('--split <characters>', 'what separates entitlements in one cell, or none')
    .option('--secret <name>', 'the secret for a SCIM server: NAME.json in the folder ASSAY_SECRETS_DIRECTORY')
    .option('--skip-invalid', 'leave rows at fault out and report them')
    .option('--analyse', 'analyse also when the import changes nothing')
    .option('--confirm', 'load also what removes more than a fifth of the people or grants in force')
    .option('--effective', 'also mine the access that people have through groups, not only assigned access')
    .option('--strict', "accept only the import's own CSV files, and refuse rows that name an unknown person")
    .option('--json', 'print the result as JSON')
    .action(async (paths: string[], given: ImportOptions) => {
      const say = given.json ? () => {} : print
      const options = { ...given, tell: say }
      try {
        const named = sourcesOf(options)
        if (paths.length === 0 && !named.some((each) => each.includes('='))) {
          throw new Error('Name what to load: files, folders, archives, or - for standard input')
        }
        if (named.length === 0) refuseWithoutSource(options)
        if (options.explain && (options.accountsOnly || (options.accounts ?? []).length > 0)) {
          throw new Error('--explain takes files as their maps do: give it without --accounts and --accounts-only')
        }
        if (named.length > 0 && !options.explain) await importSource(paths, options, say, print)
        else if (options.strict) await importStrictly(paths, options, say, print)
        else if (options.explain) await explain([...paths, ...pathsOfSources(options)], options, print)
        else {
          const api = await connectToPlatform(readSettings())
          const { ended, read } = await importPaths(api, paths, options, say)
          const readiness = await readinessAfterImport(api)
          if (options.json) {
            const facts = { import: factsOf(ended), readiness: readiness.json }
            print(JSON.stringify({ outcome: 'imported', ...summaryOf(read), ...facts }, undefined, 2))
          }
          describeImport(ended, options, say)
          await nameOthers(api, ['native'], say)
          for (const line of describeFaults(read.composition)) say(`  skipped ${line.trimStart()}`)
          for (const line of describeLosses(read.composition)) say(line)
          for (const line of readiness.lines) say(line)
        }
      } catch (error) {
        if (options.json && error instanceof Refused && !options.explain) {
          const outcome = outcomes[error.status] ?? 'refused'
          print(JSON.stringify({ outcome, message: error.message, faults: error.faults }, undefined, 2))
        }
        if (error instanceof UnconfirmedRemoval) {
          const { removal, message } = error
          if (options.json) {
            const numbers = toJson(ImportRemovalSchema, removal)
            print(JSON.stringify({ outcome: 'awaiting confirmation', message, removal: numbers }, undefined, 2))
          }
          throw new Refused(4, message)
        }
        throw error
      }
    })
}

/** The outcome for programs, by the exit status of a refusal. */
const outcomes: Readonly<Record<number, string>> = { 3: 'not recognised', 4: 'awaiting confirmation' }

function sourcesOf({ source = [], accounts = [] }: ImportOptions): readonly string[] {
  return [...source, ...accounts]
}

function pathsOfSources(options: ImportOptions): string[] {
  return sourcesOf(options).flatMap((each) => (each.includes('=') ? [each.slice(each.indexOf('=') + 1)] : []))
}

/**
 * Such an option without a source is refused: the command would import the files as all access data, where one source of several was meant.
 */
function refuseWithoutSource({ accountsOnly, only }: ImportOptions): void {
  const [option] = [...(accountsOnly ? ['--accounts-only'] : []), ...(only ? ['--only'] : [])]
  if (option !== undefined) throw new Error(`${option} is about a source; name it with --source NAME`)
}

/** The paths of each source: `--source hr=people.xlsx --source ad=users.csv`, or one `--source hr` and paths. */
function deliveriesOf(paths: readonly string[], source: readonly string[]): Map<string, string[]> {
  const deliveries = new Map<string, string[]>()
  for (const each of source) {
    const at = each.indexOf('=')
    const name = at < 0 ? each : each.slice(0, at)
    const own = deliveries.get(name) ?? []
    if (at >= 0) own.push(each.slice(at + 1))
    deliveries.set(name, own)
  }
  if (paths.length === 0) return deliveries
  const bare = source.filter((each) => !each.includes('='))
  const [name, ...others] = bare
  if (name === undefined || others.length > 0) {
    throw new Error('Say which source each path is of: --source NAME=PATH, once for each')
  }
  deliveries.get(name)?.push(...paths)
  return deliveries
}

/** Loads the files as sources, through the source service. */
async function importSource(
  paths: readonly string[],
  options: ImportOptions,
  say: (line: string) => void,
  print: (line: string) => void,
): Promise<void> {
  if (options.strict) throw new Error('--strict is about imports; leave out --source')
  if (options.writeMap !== undefined) {
    throw new Error(
      '--write-map is for files that the command reads itself: give it with --explain, then load with --map',
    )
  }
  if (options.effective) {
    throw new Error('--effective is about imports: import without --source first, and sources added later keep to it')
  }
  const api = await connectToPlatform(readSettings())
  const loads = await withTemporaryFolder(temporaryDirectory(), async (temporaryFolder, gracefully) => {
    const deliveries: Delivery[] = []
    for (const [source, own] of deliveriesOf(paths, sourcesOf(options))) {
      if (own.length === 0) throw new Error(`Say which files the source "${source}" has: --source ${source}=PATH`)
      const accountsOnly = options.accounts?.some((each) => each === source || each.startsWith(`${source}=`)) ?? false
      deliveries.push({ source, accountsOnly, files: await inputFiles(own, temporaryFolder, options) })
    }
    return gracefully((signal) => loadSources(api, deliveries, options, signal))
  })
  const readiness = await readinessAfterImport(api)
  if (options.json) {
    const facts = { loads: loads.map((load) => toJson(LoadSchema, load)), readiness: readiness.json }
    print(JSON.stringify({ outcome: 'imported', ...facts }, undefined, 2))
  }
  const { sources } = await createClient(SourceService, api.transport).listSources({})
  for (const load of loads) {
    const accountsOnly = sources.some(({ id, accountsOnly }) => id === load.sourceId && accountsOnly)
    for (const line of describeLoad(load, { accountsOnly, analyses: options.analyse ?? false })) say(line)
  }
  await nameOthers(
    api,
    loads.map(({ sourceId }) => sourceId),
    say,
  )
  for (const line of readiness.lines) say(line)
}

/** Lists the other sources: they show whether the command added a source to the data of another organisation by mistake. */
async function nameOthers(api: ApiClient, names: readonly string[], say: (line: string) => void): Promise<void> {
  const sources = createClient(SourceService, api.transport)
  const others = await otherSources(sources, names)
  if (others.length > 0) say(`Also in force: ${others.join(', ')} (assay sources).`)
  const { orphans } = await sources.listOrphans({ pageSize: 1 })
  if (orphans.length > 0) say('Some accounts have no person, or rules disagree on them: assay orphans lists them.')
}

async function importStrictly(
  paths: readonly string[],
  options: ImportOptions,
  say: (line: string) => void,
  print: (line: string) => void,
): Promise<void> {
  const [path = '', ...others] = paths
  if (others.length > 0 || options.explain || options.map !== undefined) {
    throw new Error('--strict takes one folder or file, without --explain and --map')
  }
  const api = await connectToPlatform(readSettings())
  const ended = await importSources(api, await sourcesAt(path, say), {
    skipInvalid: options.skipInvalid ?? false,
    analyse: options.analyse ?? false,
    guard: !options.confirm,
    effective: options.effective ?? false,
    report: say,
  })
  const readiness = await readinessAfterImport(api)
  const facts = { import: factsOf(ended), readiness: readiness.json }
  if (options.json) print(JSON.stringify({ outcome: 'imported', ...facts }, undefined, 2))
  describeImport(ended, options, say)
  for (const line of readiness.lines) say(line)
}

function factsOf({ id, counts, sameContentAs, usageThroughDay, errors, errorCount }: Import): Record<string, unknown> {
  return {
    id,
    identities: counts?.identities ?? 0,
    applications: counts?.applications ?? 0,
    entitlements: counts?.entitlements ?? 0,
    grants: counts?.grants ?? 0,
    memberships: counts?.memberships ?? 0,
    usage: counts?.usage ?? 0,
    sameContentAs,
    usageThroughDay,
    skipped: errors.map(({ file, line, column, reason }) => ({ file, line, column, reason })),
    skippedCount: errorCount,
  }
}

function number(count = 0, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

function describeImport(ended: Import, options: ImportOptions, print: (line: string) => void): void {
  const { counts, sameContentAs } = ended
  if (sameContentAs !== '') {
    const next = options.analyse ? 'An analysis has started.' : 'Give --analyse to analyse it again.'
    print(`Nothing changed: the content is that of import ${sameContentAs}, which stays in force. ${next}`)
  }
  const said = sameContentAs === '' ? 'Imported' : 'In force are'
  print(
    `${said} ${number(counts?.identities, 'identity', 'identities')}, ${number(counts?.entitlements, 'entitlement')} of ${number(counts?.applications, 'application')} and ${number(counts?.grants, 'grant')}.`,
  )
  if (counts !== undefined && counts.memberships > 0) {
    const mined = ended.mineEffectiveAccess ? 'mined' : 'not mined'
    print(
      `${number(counts.memberships, 'membership')} of groups: what people have through them counts as theirs and is ${mined}.`,
    )
  }
  if (ended.usageThroughDay !== '') print(`Usage reaches until ${ended.usageThroughDay}.`)
  for (const { file, line, column, reason } of ended.errors) print(`  skipped ${file}:${line} ${column}: ${reason}`)
  if (ended.errorCount > ended.errors.length) print(`  and ${ended.errorCount - ended.errors.length} more`)
}
