import { type DomainError, failedPrecondition, invalidArgument } from '@assay/errors'
import { jobs } from '@assay/jobs'
import { inTenant, type PageTokens, type Sql, type TenantSql } from '@assay/store'
import { askForComposition } from './ask-for-composition.ts'
import { abortForgottenLoad } from './forgotten-load.ts'
import { type Load, type LoadKind, type LoadReading, type LoadState, loadKeyOf } from './load.ts'
import { requireBase } from './load-base.ts'
import { type LoadRow, loadColumns, loadOf, selectLoad } from './load-rows.ts'
import { loadQueue } from './queues.ts'
import { recordLoad } from './source-entries.ts'
import { nativeSource, sourceKey } from './sources.ts'
import { refuseUploadsUnderWay, removeLoadContent } from './stored-content.ts'
import { loadInProgress, unended, unendedLoad } from './unended-load.ts'

interface NewLoad {
  readonly createdBy: string
  readonly skipInvalid: boolean
  readonly reading: LoadReading
  /** Default whole. */
  readonly kind?: LoadKind
  /** The load that changes are based on; empty for a source without a load. */
  readonly baseLoadId?: string
  /** The new value of the source's `definesPeople` when the load comes into force; undefined: it stays. */
  readonly definesPeople?: boolean
}

/**
 * Opens a load. A source has at most one unfinished load. While there is one, another is refused with `aborted`, which names it
 * (reason LOAD_IN_PROGRESS, metadata loadId). But an open load without an upload for a day is aborted instead.
 */
export async function createLoad(sql: TenantSql, tenantId: number, source: string, load: NewLoad): Promise<Load> {
  if (source === nativeSource) {
    throw failedPrecondition(
      `"${nativeSource}" is loaded by the import API; make a source of another id for other files`,
    )
  }
  const { delimiter = '' } = load.reading
  if ([...delimiter].length > 1) throw invalidArgument('delimiter', `"${delimiter}" is no single character`)
  const id = await sourceKey(sql, source)
  await sql`select from sources where id = ${id} for no key update`
  await abortForgottenLoad(sql, id)
  const open = await unendedLoad(sql, id)
  if (open !== undefined) throw loadInProgress(open)
  const { kind = 'whole', baseLoadId = '' } = load
  if (kind === 'whole' && baseLoadId !== '') {
    throw invalidArgument('base_load_id', 'is only for loads of changes; leave it out for a whole load')
  }
  const base = kind === 'whole' ? undefined : await requireBase(sql, source, id, baseLoadId)
  const [row] = await sql<{ id: number }[]>`
    insert into source_loads (tenant_id, source_id, kind, base_load_id, skip_invalid, reading, defines_people, created_by)
    values (${tenantId}, ${id}, ${kind}, ${base ?? null}, ${load.skipInvalid}, ${sql.json({ ...load.reading })},
      ${load.definesPeople ?? null}, ${load.createdBy}) returning id`
  if (row === undefined) throw new Error('no load was opened')
  const { skipInvalid, reading } = load
  await recordLoad(sql, row.id, 'load.create', { source, kind, baseLoadId, skipInvalid, reading })
  return selectLoad(sql, row.id)
}

export function getLoad(sql: Sql, tenantId: number, loadId: string): Promise<Load> {
  const key = loadKeyOf(loadId)
  return inTenant(sql, tenantId, (scoped) => selectLoad(scoped, key))
}

/** The loads of one source, newest first. */
export async function listLoads(
  sql: TenantSql,
  tenantId: number,
  source: string,
  page: { readonly pageSize: number; readonly pageToken: string; readonly tokens: PageTokens },
): Promise<{ readonly loads: readonly Load[]; readonly nextPageToken: string }> {
  const query = { list: 'loads', tenantId, source }
  const before = page.tokens.decode(query, page.pageToken)?.[0] ?? 2 ** 31 - 1
  const id = await sourceKey(sql, source)
  const rows = await sql<LoadRow[]>`
    ${loadColumns(sql)} where l.source_id = ${id} and l.id < ${before} order by l.id desc limit ${page.pageSize + 1}`
  const loads = rows.slice(0, page.pageSize).map(loadOf)
  const last = rows.length > page.pageSize ? loads.at(-1) : undefined
  return { loads, nextPageToken: last === undefined ? '' : page.tokens.encode(query, [Number(last.id)]) }
}

interface CommitChoices {
  /** It comes into force with the next load that is not held. */
  readonly hold?: boolean
  /** Sources without a load in the same composition retire. */
  readonly only?: boolean
  readonly analyse?: boolean
  /** After reading it waits for a confirmation, whatever it removes. */
  readonly review?: boolean
}

/**
 * Closes an open load for uploads and requests that it is read and combined with the other sources, in the caller's transaction. It
 * changes nothing for a load that is already past that.
 */
export async function beginLoad(
  sql: TenantSql,
  tenantId: number,
  loadId: string,
  { hold = false, only = false, analyse = false, review = false }: CommitChoices = {},
): Promise<Load> {
  const key = loadKeyOf(loadId)
  await sql`set local lock_timeout = '3s'`
  await refuseBeforeBase(sql, key)
  const begun = await sql`
    update source_loads set state = 'reading', is_held = ${hold}, is_only = ${only}, asks_analysis = ${analyse},
      is_reviewed = ${review}
    where id = ${key} and state = 'open'`
  const found = await selectLoad(sql, key)
  if (begun.count > 0) {
    await refuseUploadsUnderWay(sql, key)
    const gathers = found.kind === 'changes' && found.files.length === 0 && (await anyChangeSet(sql, key))
    if (found.files.length === 0 && !gathers) {
      throw failedPrecondition(`load "${loadId}" has no file; upload what the source delivers, then commit it`)
    }
    // A load that gathers change sets has a waiting job.
    if (gathers) await jobs.cancel(sql, loadQueue, found.id)
    await jobs.enqueue(sql, loadQueue, { tenantId, loadId: found.id }, found.id)
    await recordLoad(sql, key, 'load.commit', { hold, only, review, files: found.files })
  }
  if (found.state === 'failed' || found.state === 'aborted') throw ended(found, 'committed')
  return found
}

/** @throws aborted for change sets that are based on a load that is not in force yet */
async function refuseBeforeBase(sql: TenantSql, key: number): Promise<void> {
  const [base] = await sql<{ id: number }[]>`
    select base.id from source_loads l join source_loads base on base.id = l.base_load_id
    where l.id = ${key} and l.state = 'open' and base.state in ('reading', 'staged', 'awaiting_confirmation')`
  if (base !== undefined) throw loadInProgress(await selectLoad(sql, base.id))
}

async function anyChangeSet(sql: TenantSql, key: number): Promise<boolean> {
  return (await sql`select from source_change_sets where load_id = ${key} limit 1`).length > 0
}

/** Brings a load into force that waits for a confirmation. */
export async function confirmLoad(sql: TenantSql, tenantId: number, loadId: string, by: string): Promise<Load> {
  const key = loadKeyOf(loadId)
  const confirmed = await sql`
    update source_loads set state = 'staged', confirmed_by = case when removals is not null then ${by} end
    where id = ${key} and state = 'awaiting_confirmation'`
  const found = await selectLoad(sql, key)
  if (confirmed.count === 0) {
    throw failedPrecondition(`load "${loadId}" is ${wordOf(found.state)} and does not wait for a confirmation`)
  }
  await askForComposition(sql, tenantId)
  await recordLoad(sql, key, 'load.confirm', { removals: found.removals })
  return found
}

/**
 * Aborts a load that has not come into force. Work that reads it meanwhile is discarded. Aborting it twice has the same effect as
 * once.
 */
export async function abortLoad(sql: TenantSql, loadId: string): Promise<Load> {
  const key = loadKeyOf(loadId)
  await sql`set local lock_timeout = '3s'`
  const changed = await sql`
    update source_loads set state = 'aborted'
    where id = ${key} and state in ${sql(unended)} and import_id is null`
  const found = await selectLoad(sql, key)
  if (changed.count === 0 && found.state !== 'aborted') throw ended(found, 'aborted')
  if (changed.count > 0) await recordLoad(sql, key, 'load.abort')
  await removeLoadContent(sql, key)
  return selectLoad(sql, key)
}

/** Fails a load that cannot be read or combined, with the reason for users. */
export function failLoad(sql: Sql, tenantId: number, loadId: string, message: string): Promise<void> {
  const key = loadKeyOf(loadId)
  return inTenant(sql, tenantId, async (scoped) => {
    const failed = await scoped`
      update source_loads set state = 'failed', error_message = ${message}
      where id = ${key} and state in ('reading', 'staged')`
    if (failed.count > 0) await recordLoad(scoped, key, 'load.fail', { message })
    await removeLoadContent(scoped, key)
  })
}

export function ended(found: Load, wanted: string): DomainError {
  return failedPrecondition(`load "${found.id}" is ${wordOf(found.state)} and cannot be ${wanted}`)
}

function wordOf(state: LoadState): string {
  return state.replace('_', ' ')
}
