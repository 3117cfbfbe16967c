import { createHash } from 'node:crypto'
import { judgeMigrations } from '../../libs/store/src/schema-change/judge-migrations.ts'
import { type ReleasedSchema, schemaFaults } from '../../libs/store/src/schema-change/schema-rules.ts'
import { compareVersions } from '../../libs/store/src/version.ts'
import { asksToStopAll, releaseNotes } from './changelog.ts'

/** The changes of the commit of a release. */
export interface ReleasePlan {
  /** Contents by path. */
  readonly files: ReadonlyMap<string, Buffer>
  readonly toUpgrade: string
}

/** The committed state of the repository. */
interface CommittedFiles {
  readonly paths: readonly string[]
  readonly read: (path: string) => string
}

/** Results of installed tools that a release needs. */
export interface MadeFiles {
  readonly image: Buffer
  readonly formats: ReleasedSchema['formats']
}

const migrationsFolder = 'libs/store/migrations/'
const releasedSchema = 'libs/store/released.json'

/**
 * All changes of a release, made only from committed files, so that every call gives the same result.
 * @param made generated files that are not committed: the new `proto/released.binpb`, and the formats of `libs/store/released.json`
 * @throws Error with the reasons against the release
 */
export function planRelease(committed: CommittedFiles, version: string, date: string, made: MadeFiles): ReleasePlan {
  const { paths, read } = committed
  const current = (JSON.parse(read('package.json')) as { version: string }).version
  if (compareVersions(version, current) <= 0)
    throw new Error(`${version} must come after ${current}, the version of package.json`)
  const notes = releaseNotes(read('CHANGELOG.md'), version, date)
  requireFitMigrations(committed, asksToStopAll(notes.toUpgrade))
  const files = new Map<string, Buffer>()
  const write = (path: string, text: string) => files.set(path, Buffer.from(text))
  for (const path of paths.filter((one) => /(^|\/)package\.json$/.test(one)))
    write(path, withVersion(read(path), version))
  write('package-lock.json', lockWithVersion(read('package-lock.json'), version))
  for (const path of paths.filter((one) => /^deploy\/.*\/Chart\.yaml$/.test(one)))
    write(path, read(path).replaceAll(/^(version|appVersion): .*$/gm, `$1: ${version}`))
  write('CHANGELOG.md', notes.changelog)
  write(
    releasedSchema,
    `${JSON.stringify({ version, formats: made.formats, migrations: checksums(committed) }, null, 2)}\n`,
  )
  files.set('proto/released.binpb', made.image)
  return { files, toUpgrade: notes.toUpgrade }
}

/** @throws Error with all that migrations would do to processes of the released version */
function requireFitMigrations(committed: CommittedFiles, mayStopAll: boolean): void {
  const released = JSON.parse(committed.read(releasedSchema)) as ReleasedSchema
  const since = migrationsOf(committed).filter(({ name }) => !(name in released.migrations))
  const faults = judgeMigrations(since).flatMap((judgement) => schemaFaults(judgement, released, mayStopAll))
  if (faults.length > 0) throw new Error(`Processes of ${released.version} could not go on:\n${faults.join('\n')}`)
}

function migrationsOf({ paths, read }: CommittedFiles): { name: string; text: string }[] {
  return paths
    .filter((path) => path.startsWith(migrationsFolder) && path.endsWith('.sql'))
    .toSorted()
    .map((path) => ({ name: path.slice(migrationsFolder.length), text: read(path).replaceAll('\r\n', '\n') }))
}

function checksums(committed: CommittedFiles): Record<string, string> {
  return Object.fromEntries(
    migrationsOf(committed).map(({ name, text }) => [name, createHash('sha256').update(text).digest('hex')]),
  )
}

/** Replaces text, so that nothing else in the file changes. */
function withVersion(manifest: string, version: string): string {
  return manifest.replace(/^( {2}"version": ")[^"]*"/m, `$1${version}"`)
}

/** The packages of this repository; what is below node_modules comes from others. */
function lockWithVersion(text: string, version: string): string {
  const lock = JSON.parse(text) as { version: string; packages: Record<string, { version?: string }> }
  lock.version = version
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!/(^|\/)node_modules\//.test(path) && entry.version !== undefined) entry.version = version
  }
  return `${JSON.stringify(lock, null, 2)}\n`
}
