import { DomainError } from '@assay/errors'
import { defineWork, type ShownProgress } from '@assay/jobs'
import { type AccessMap, type InputFile, loadMap, readyMap as readyMapOf, readyMaps } from '@assay/sources'
import { asJson, inTenant, type Sql, type TenantSql } from '@assay/store'
import { askForComposition } from './ask-for-composition.ts'
import { changesOf } from './changes/changes-of-load.ts'
import { stageChanges } from './changes/stage-changes.ts'
import { stageUpserts } from './changes/stage-upserts.ts'
import { attachGrants } from './copied-grants.ts'
import { type Guard, noGuard } from './guard.ts'
import { findDifference } from './in-place/load-difference.ts'
import { type ChangeCounts, type LoadKind, type LoadReading, loadKeyOf } from './load.ts'
import { selectLoad } from './load-rows.ts'
import { failLoad } from './loads.ts'
import { loadQueue } from './queues.ts'
import { newestMap } from './source-maps.ts'
import { RefusedLoad, type StagedRecords, stageRecords } from './stage-load.ts'
import { loadContent, removeLoadContent } from './stored-content.ts'
import { withWorkingFolder } from './working-folder.ts'

interface LoadTools {
  readonly sql: Sql
  /** The folder for unpacked files and for the files of compositions. */
  readonly temporaryDirectory: string
  readonly guard?: Guard
  /** See `mostSharedGrants` of `copied-grants.ts`. */
  readonly mostSharedGrants?: number
}

interface LoadTask {
  readonly tenantId: number
  readonly loadId: string
}

/** Reads the files of a load, stores its records, and requests a composition with them. */
export function loadWork({ sql, temporaryDirectory, guard = noGuard, mostSharedGrants }: LoadTools) {
  return defineWork<LoadTask, LoadTask, ShownProgress>({
    queue: loadQueue,
    title: 'The load',
    longestMs: 120 * 60_000,
    takeUp: async (task) => {
      const key = loadKeyOf(task.loadId)
      const state = await inTenant(sql, task.tenantId, async (scoped) => {
        // Later change sets are for the next load.
        await scoped`update source_loads set state = 'reading' where id = ${key} and state = 'open' and gathers_until is not null`
        return (await selectLoad(scoped, key)).state
      })
      return state === 'reading' ? task : undefined
    },
    progress: { shown: (progress) => progress },
    run: async ({ tenantId, loadId }, { signal, report }) => {
      const loadKey = loadKeyOf(loadId)
      const read = async (temporaryFolder: string) => {
        const { details, maps, mapVersion } = await inTenant(sql, tenantId, (scoped) => howToRead(scoped, loadKey))
        const settle = async (scoped: TenantSql, { counts, report, faults }: StagedRecords, changes?: ChangeCounts) => {
          const removals =
            details.before === null ? undefined : await guard.ofLoad(scoped, { before: details.before, after: loadKey })
          const staged = await scoped`
            update source_loads set state = ${removals === undefined && !details.isReviewed ? 'staged' : 'awaiting_confirmation'},
              counts = ${scoped.json({ ...counts })}, report = ${scoped.json([...report])},
              change_counts = ${changes === undefined ? null : scoped.json({ ...changes })},
              faults = ${scoped.json(faults.first.map((fault) => ({ ...fault })))}, fault_count = ${faults.count},
              removals = ${removals === undefined ? null : asJson(scoped, removals)}, map_version = ${mapVersion ?? null}
            where id = ${loadKey} and state = 'reading'`
          if (staged.count === 0) throw new OvertakenLoad()
          if (removals === undefined && !details.isReviewed && !details.isHeld)
            await askForComposition(scoped, tenantId)
        }
        const { upserts } = details.reading
        if (upserts !== undefined) {
          const { files } = await filesOf(sql, tenantId, loadKey)
          const staging = { ...details, map: upserts, files, temporaryFolder, signal }
          await stageUpserts(sql, tenantId, loadKey, staging, settle)
        } else if (details.kind === 'changes') {
          const staging = { ...details, ...(await changesOf(sql, tenantId, loadKey)), signal }
          await stageChanges(sql, tenantId, loadKey, staging, settle)
        } else {
          const { files, repeated } = await filesOf(sql, tenantId, loadKey)
          const onRecords = (phase: string, done: number) => report({ phase, done })
          const choices = {
            temporaryFolder,
            signal,
            onRecords,
            ...(mostSharedGrants !== undefined && { mostSharedGrants }),
          }
          const staging = { ...details, files, repeated, maps, ...choices }
          await stageRecords(sql, tenantId, loadKey, staging, async (scoped, staged) => {
            await findDifference(scoped, tenantId, { load: loadKey, ...staged.grants }, details.before)
            await attachGrants(scoped, loadKey, staged.grants)
            await settle(scoped, staged)
          })
        }
      }
      try {
        await withWorkingFolder(temporaryDirectory, read)
      } catch (error) {
        if (error instanceof RefusedLoad) await refuse(sql, tenantId, loadKey, error)
        // The database refuses a partition of an aborted load.
        else if (!(error instanceof OvertakenLoad || (await isPastReading(sql, tenantId, loadKey)))) throw error
      }
    },
    fail: ({ tenantId, loadId }, message) => failLoad(sql, tenantId, loadId, message),
  })
}

/** The load was aborted while it was read; nothing is stored. */
class OvertakenLoad extends Error {
  override readonly name = 'OvertakenLoad'
}

/** False also when the database does not answer. */
async function isPastReading(sql: Sql, tenantId: number, loadKey: number): Promise<boolean> {
  try {
    const { state } = await inTenant(sql, tenantId, (scoped) => selectLoad(scoped, loadKey))
    return state !== 'reading'
  } catch {
    return false
  }
}

async function refuse(sql: Sql, tenantId: number, loadKey: number, { message, faults, report }: RefusedLoad) {
  await inTenant(sql, tenantId, async (scoped) => {
    const { message: clipped } = new DomainError('invalid_argument', message)
    await scoped`
      update source_loads set state = 'failed', error_message = ${clipped},
        faults = ${scoped.json(faults.first.map((fault) => ({ ...fault })))}, fault_count = ${faults.count},
        report = ${scoped.json([...report])}
      where id = ${loadKey} and state = 'reading'`
    await removeLoadContent(scoped, loadKey)
  })
}

interface LoadDetails {
  readonly kind: LoadKind
  readonly reading: LoadReading
  readonly skipInvalid: boolean
  readonly isHeld: boolean
  readonly isReviewed: boolean
  /** The load with the present records of the source; null for none. */
  readonly before: number | null
}

/** The ready map that the source names, else its newest own map, else all ready maps, of which one must fit the files. */
async function howToRead(
  sql: TenantSql,
  loadKey: number,
): Promise<{
  readonly details: LoadDetails
  readonly maps: readonly AccessMap[]
  readonly mapVersion: number | undefined
}> {
  const [row] = await sql<
    (LoadDetails & { readonly sourceId: number; readonly name: string; readonly readyMap: string })[]
  >`
    select l.kind, l.reading, l.skip_invalid as "skipInvalid", l.is_held as "isHeld", l.is_reviewed as "isReviewed", s.records_load_id as before, s.id as "sourceId",
      s.name, s.ready_map as "readyMap"
    from source_loads l join sources s on s.id = l.source_id where l.id = ${loadKey}`
  if (row === undefined) throw new Error(`load ${loadKey} has no source`)
  const { sourceId, name, readyMap, ...details } = row
  const ready = readyMap === '' ? undefined : readyMapOf(readyMap)
  if (ready !== undefined) return { details, maps: [ready], mapVersion: undefined }
  const own = await newestMap(sql, sourceId)
  if (own === undefined) return { details, maps: readyMaps(), mapVersion: undefined }
  return { details, maps: [loadMap(`map ${own.version} of ${name}`, own.content, true)], mapVersion: own.version }
}

/** The uploaded files; files with the same content are returned once. */
async function filesOf(
  sql: Sql,
  tenantId: number,
  loadKey: number,
): Promise<{ readonly files: readonly InputFile[]; readonly repeated: readonly string[] }> {
  const { files } = await inTenant(sql, tenantId, (scoped) => selectLoad(scoped, loadKey))
  const first = new Map<string, string>()
  const repeated: string[] = []
  const different: InputFile[] = []
  for (const { name, sha256 } of files) {
    const before = first.get(sha256)
    if (before !== undefined) repeated.push(`${name}: left out, it is the same as ${before}`)
    else {
      first.set(sha256, name)
      different.push({ name, open: () => loadContent(sql, tenantId, loadKey, name) })
    }
  }
  return { files: different, repeated }
}
