import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Import, Import_State, type ImportRemoval } from '@assay/contracts/assay/directory/v1/import_pb'
import { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { type Client, createClient } from '@connectrpc/connect'
import type { ApiClient } from '../api-client.ts'
import { abandonImport } from './abandon-import.ts'

/** A file to load: its name gives its kind (`identities.csv`, `grants.csv.gz`); any `.txt` may be the pair file. */
export interface ImportSource {
  readonly fileName: string
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/**
 * The files of a strict import: the `.csv` and `.txt` files of a folder, or one file, without changes. The service decides which of them
 * are part of an import; the other files of a folder are left out and reported.
 */
export async function sourcesAt(path: string, report: (line: string) => void): Promise<ImportSource[]> {
  const isFolder = (await stat(path)).isDirectory()
  const entries = isFolder ? (await readdir(path)).sort() : [path]
  const isData = (name: string) => !isFolder || /\.(csv|txt)(\.gz)?$/i.test(name)
  const files = entries.filter(isData)
  if (files.length === 0) throw new Error(`${path} holds no .csv or .txt file`)
  for (const name of entries.filter((entry) => !isData(entry)))
    report(`  ${name}: left out, since it is not a .csv or .txt file`)
  return files.map((name) => ({
    fileName: basename(name),
    content: bytesOf(isFolder ? join(path, name) : name),
  }))
}

/** The file is opened when its turn comes: a fault in opening it would find no reader before. */
async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>
}

/**
 * Uploads all sources, commits, and waits for the end. An import that cannot be finished is aborted, since an open import would block the
 * next one.
 * @throws UnconfirmedRemoval when a guarded import would remove much; Error with the first bad rows when it failed
 */
export async function importSources(
  api: ApiClient,
  sources: Iterable<ImportSource>,
  options: {
    readonly skipInvalid: boolean
    /** Also mines the access that people have through groups. */
    readonly effective?: boolean
    /** Starts an analysis even if the import changes nothing. */
    readonly analyse?: boolean
    /** Refuses an import that would remove much of the data in force, unless it is confirmed. */
    readonly guard?: boolean
    readonly report: (line: string) => void
    /** Called when all files are uploaded; an error that it throws ends the import, and nothing is loaded. */
    readonly beforeCommit?: () => void
  },
): Promise<Import> {
  const imports = createClient(ImportService, api.transport)
  const { id } = await imports.createImport({
    skipInvalid: options.skipInvalid,
    mineEffectiveAccess: options.effective ?? false,
  })
  try {
    for (const source of sources) {
      const file = await imports.uploadImportFile(messagesOf(id, source))
      options.report(`  ${source.fileName}: ${file.sizeBytes} bytes`)
    }
    options.beforeCommit?.()
    await imports.commitImport({ importId: id, analyse: options.analyse ?? false, guard: options.guard ?? false })
  } catch (error) {
    await abandonImport(imports, id)
    throw error
  }
  const ended = await waitForEnd(imports, id)
  if (ended.removal !== undefined) throw new UnconfirmedRemoval(ended.removal)
  if (ended.state !== Import_State.COMMITTED) throw new Error(describeErrors(ended))
  return ended
}

/** An import that would remove much and was not confirmed. Nothing was loaded. */
export class UnconfirmedRemoval extends Error {
  override readonly name = 'UnconfirmedRemoval'
  readonly removal: ImportRemoval

  constructor(removal: ImportRemoval) {
    const { peopleBefore, peopleRemoved, grantsBefore, grantsRemoved } = removal
    super(
      `The import would remove ${partOf(peopleRemoved, peopleBefore, 'people')} and ${partOf(grantsRemoved, grantsBefore, 'grants')} in force. Nothing was loaded. If that is meant, give the same command with --confirm.`,
    )
    this.removal = removal
  }
}

function partOf(part: bigint, whole: bigint, noun: string): string {
  const percent = whole === 0n ? 0 : Math.round((100 * Number(part)) / Number(whole))
  return `${part.toLocaleString('en')} of ${whole.toLocaleString('en')} ${noun} (${percent} %)`
}

async function* messagesOf(importId: string, source: ImportSource) {
  let first = true
  for await (const data of source.content) {
    yield first ? { importId, fileName: source.fileName, content: { data } } : { content: { data } }
    first = false
  }
  if (first) yield { importId, fileName: source.fileName, content: {} }
}

async function waitForEnd(imports: Client<typeof ImportService>, importId: string): Promise<Import> {
  for (;;) {
    const current = await imports.getImport({ importId })
    if (current.state !== Import_State.OPEN && current.state !== Import_State.COMMITTING) return current
    await sleep(100)
  }
}

/** The bad rows of an import, one in each line, as `file:line column: reason`. */
function describeErrors(ended: Import): string {
  const rows = ended.errors.map(({ file, line, column, reason }) => `  ${file}:${line} ${column}: ${reason}`)
  const more = ended.errorCount - ended.errors.length
  return [
    `The import "${ended.id}" failed with ${ended.errorCount} bad rows; what was imported before stays in force.`,
    ...rows,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n')
}
