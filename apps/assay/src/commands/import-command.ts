import type { Import } from '@assay/contracts/assay/directory/v1/import_pb'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { describeFaults, describeLosses } from './describe-sources.ts'
import { explain, type FrontDoorOptions, importPaths, summaryOf } from './front-door.ts'
import { importSources, sourcesAt } from './import.ts'
import { Refused } from './read-sources.ts'

interface ImportOptions extends FrontDoorOptions {
  readonly explain?: boolean
  readonly strict?: boolean
  readonly json?: boolean
}

/** `assay import`: exit status 0 when it is loaded or explained, 1 when it could not run, 2 for data at fault, 3 for files that no map takes. */
export function importCommand(print: (line: string) => void): Command {
  return new Command('import')
    .description('load access data into the running platform; the files of one command are the whole truth')
    .argument(
      '<paths...>',
      'files, folders, archives, - for standard input, or scim+https://HOST/PATH for a SCIM server (docs/import/README.md lists the formats)',
    )
    .option('--explain', 'say how it would be loaded and what the data are good for; load nothing')
    .option('--map <map>', 'a file with a map, or the name of a ready map, for all that is named')
    .option('--write-map <file>', 'write a first map for a file that no map takes')
    .option('--encoding <name>', 'the encoding of text files, such as windows-1252')
    .option('--delimiter <character>', 'the delimiter of tables; also comma, semicolon, tab, bar')
    .option('--split <characters>', 'what separates entitlements in one cell, or none')
    .option('--secret <name>', 'the secret for a SCIM server: NAME.json in the folder ASSAY_SECRETS_DIRECTORY')
    .option('--skip-invalid', 'leave rows at fault out and report them')
    .option('--analyse', 'analyse also when the import changes nothing')
    .option('--effective', 'mine what people have through groups as well, and not what is assigned alone')
    .option('--strict', "take the import's own CSV files only, refuse what names no person")
    .option('--json', 'print the result as JSON')
    .action(async (paths: string[], given: ImportOptions) => {
      const say = given.json ? () => {} : print
      const options = { ...given, tell: say }
      try {
        if (options.strict) await importStrictly(paths, options, say, print)
        else if (options.explain) await explain(paths, options, print)
        else {
          const api = await connectToPlatform(readSettings())
          const { ended, read } = await importPaths(api, paths, options, say)
          if (options.json)
            print(JSON.stringify({ outcome: 'imported', ...summaryOf(read), import: factsOf(ended) }, undefined, 2))
          describeImport(ended, options, say)
          for (const line of describeFaults(read.composition)) say(`  skipped ${line.trimStart()}`)
          for (const line of describeLosses(read.composition)) say(line)
        }
      } catch (error) {
        if (options.json && error instanceof Refused && !options.explain) {
          const outcome = error.status === 3 ? 'not recognised' : 'refused'
          print(JSON.stringify({ outcome, message: error.message, faults: error.faults }, undefined, 2))
        }
        throw error
      }
    })
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
  const ended = await importSources(await connectToPlatform(readSettings()), await sourcesAt(path, say), {
    skipInvalid: options.skipInvalid ?? false,
    analyse: options.analyse ?? false,
    effective: options.effective ?? false,
    report: say,
  })
  if (options.json) print(JSON.stringify({ outcome: 'imported', import: factsOf(ended) }, undefined, 2))
  describeImport(ended, options, say)
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
  print(
    `Imported ${number(counts?.identities, 'identity', 'identities')}, ${number(counts?.entitlements, 'entitlement')} of ${number(counts?.applications, 'application')} and ${number(counts?.grants, 'grant')}.`,
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
