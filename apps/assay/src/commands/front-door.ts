import type { Import } from '@assay/contracts/assay/directory/v1/import_pb'
import { type Composition, nativeFiles } from '@assay/sources'
import type { ApiClient } from '../api-client.ts'
import { temporaryDirectory } from '../settings.ts'
import { composedReadiness } from './composed-readiness.ts'
import { describeReadiness, explainedReadiness } from './describe-readiness.ts'
import { describeFaults, describeFiles, describeLosses, describeMaps, describeRecords } from './describe-sources.ts'
import { type ImportSource, importSources } from './import.ts'
import { inputFiles, type NamedFile } from './input-files.ts'
import { loadProgress } from './load-progress.ts'
import type { PulledFilesOptions } from './pulled-files.ts'
import { type ReadSources, readSources, type SourceOptions } from './read-sources.ts'
import { Refused } from './refused.ts'
import { type Gracefully, withTemporaryFolder } from './temporary-folder.ts'

export interface FrontDoorOptions extends SourceOptions, PulledFilesOptions {
  readonly skipInvalid?: boolean
  readonly analyse?: boolean
  /** Also loads data that remove much of the data in force. */
  readonly confirm?: boolean
  /** Also mines the access that people have through groups. */
  readonly effective?: boolean
}

/** Reads the access data of all paths; unpacked files are in a temporary folder until `use` has ended. */
async function withSources<T>(
  paths: readonly string[],
  options: FrontDoorOptions,
  use: (read: ReadSources, files: readonly NamedFile[], gracefully: Gracefully) => Promise<T>,
): Promise<T> {
  return withTemporaryFolder(temporaryDirectory(), async (temporaryFolder, gracefully) => {
    const files = await inputFiles(paths, temporaryFolder, options)
    return use(await readSources(files, temporaryFolder, options), files, gracefully)
  })
}

/** Does everything except the load: recognises the files, maps them, and reports faults and readiness. */
export async function explain(
  paths: readonly string[],
  options: FrontDoorOptions & { readonly json?: boolean },
  print: (line: string) => void,
): Promise<void> {
  await withSources(paths, { ...options, explain: true }, async (read) => {
    const { composition } = read
    for (const { content } of nativeFiles(composition)) {
      for await (const _ of content) {
        // Grants are mapped while they are read, so the loop needs no body.
      }
    }
    const readiness = composedReadiness(composition)
    const { faults } = composition
    if (options.json)
      print(JSON.stringify({ outcome: 'explained', ...summaryOf(read), readiness: readiness ?? null }, undefined, 2))
    else {
      const section = (title: string, lines: readonly string[]) => {
        if (lines.length > 0) print([title, ...lines].join('\n'))
      }
      section('Recognised:', describeFiles(read))
      section('Maps:', describeMaps(read))
      section(
        'Mapped:',
        describeRecords(composition).map((line) => `  ${line}`),
      )
      section('Left out:', describeLosses(composition))
      section(`Faults (${faults.count}):`, describeFaults(composition))
      section(
        'Readiness:',
        readiness === undefined ? [tooManyToMeasure] : describeReadiness(explainedReadiness(readiness)),
      )
      print('Nothing was loaded: --explain only looks.')
    }
    if (faults.count > 0)
      throw new Refused(
        2,
        `The data have ${faults.count === 1 ? 'a fault' : `${faults.count} faults`}; nothing would be loaded.`,
      )
  })
}

const tooManyToMeasure =
  '  The grants are too many to measure without loading them; "assay readiness" does after an import.'

/** Loads the access data of all paths. @throws Refused for invalid data; nothing is loaded then */
export async function importPaths(
  api: ApiClient,
  paths: readonly string[],
  options: FrontDoorOptions,
  report: (line: string) => void,
): Promise<{ readonly ended: Import; readonly read: ReadSources }> {
  return withSources(paths, options, async (read, files, gracefully) => {
    const { composition } = read
    for (const line of describeFiles(read)) report(line)
    const progress = loadProgress(composition, files)
    try {
      const ended = await gracefully((signal) =>
        importSources(api, importFiles(read, signal), {
          skipInvalid: options.skipInvalid ?? false,
          analyse: options.analyse ?? false,
          guard: !options.confirm,
          effective: options.effective ?? false,
          report: () => {},
          beforeCommit: () => refuseFaults(composition, options.skipInvalid ?? false),
        }),
      )
      return { ended, read }
    } finally {
      progress.end()
    }
  })
}

function* importFiles(
  { composition, passed }: ReadSources,
  signal: AbortSignal,
): Generator<ImportSource, void, undefined> {
  for (const { name, content } of nativeFiles(composition)) {
    yield { fileName: name, content: untilAborted(content, signal) }
  }
  for (const { name, open } of passed) {
    yield { fileName: name.split('/').at(-1) ?? name, content: untilAborted(open(), signal) }
  }
}

async function* untilAborted(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of content) {
    signal.throwIfAborted()
    yield bytes
  }
}

function refuseFaults(composition: Composition, skipInvalid: boolean): void {
  const { faults, holdings } = composition
  if (faults.isFatal || (faults.count > 0 && !skipInvalid)) {
    const remedy = faults.isFatal
      ? 'A file could not be read to its end, or is not clear.'
      : '--skip-invalid leaves such rows out.'
    const title = `The data have ${faults.count === 1 ? 'a fault' : `${faults.count} faults`}; nothing was loaded. ${remedy}`
    throw new Refused(2, [title, ...describeFaults(composition)].join('\n'), faults.first)
  }
  if (holdings.rows === 0) {
    throw new Refused(
      2,
      [
        'The files have no grants, so nothing was loaded. Add files that say who has what, or load these beside other sources: --source NAME.',
        ...describeLosses(composition),
      ].join('\n'),
    )
  }
}

/** The summary for programs; it has the same content as the lines for people. */
export function summaryOf({ recognised, composition, passed, leftOut }: ReadSources): Record<string, unknown> {
  const { directory, faults, holdings, unknownEntitlements, usageRows, warnings } = composition
  return {
    sources: recognised.sources.map(({ name, map, parts }) => ({
      map: name,
      checked: map.checked,
      loses: map.loses,
      files: parts.map(({ part, inputs }) => ({
        name: part.name,
        look: part.look,
        inputs: inputs.map((input) => input.name),
      })),
    })),
    taken: passed.map(({ name }) => name),
    leftOutFiles: [
      ...leftOut.map((name) => ({ name, reason: 'no map takes it' })),
      ...recognised.others.map(({ name, look }) => ({ name, reason: look })),
    ],
    mapped: {
      people: directory.people.length,
      accounts: directory.accounts.length,
      applications: directory.applications.length,
      entitlements: directory.entitlements.length,
      grantRows: holdings.rows,
      grants: holdings.distinct ?? null,
      memberships: directory.memberships.length,
      usageRows,
    },
    leftOutGrants: Object.fromEntries(composition.leftOut),
    unknownEntitlements,
    orphanCount: directory.orphans.size,
    orphans: [...directory.orphans.values()].slice(0, 100),
    warnings,
    faultCount: faults.count,
    faults: faults.first,
  }
}
