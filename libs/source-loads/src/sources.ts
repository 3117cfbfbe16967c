import { alreadyExists, failedPrecondition, invalidArgument, notFound, resourceExhausted } from '@assay/errors'
import { readyMapNames } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import { askForComposition } from './ask-for-composition.ts'
import { type LoadRow, loadColumns, loadOf } from './load-rows.ts'
import type { Source } from './source.ts'
import { recordSource } from './source-entries.ts'
import { refuseMuchRemoved, removedByOrder, removedWith } from './source-removals.ts'
import { removeLoadContent } from './stored-content.ts'

/** The source of the import API. */
export const nativeSource = 'native'

/** The limit, since a composition reads all sources. */
const mostSources = 200

export interface SourceChange {
  readonly displayName?: string
  /** 0: the last position. */
  readonly order?: number
  readonly definesPeople?: boolean
  readonly readyMap?: string
}

/** @throws invalid_argument, already_exists, resource_exhausted */
export async function createSource(
  sql: TenantSql,
  tenantId: number,
  name: string,
  { displayName = '', order = 0, definesPeople = true, readyMap = '' }: SourceChange,
  createdBy: string,
): Promise<Source> {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) {
    throw invalidArgument(
      'id',
      `"${name}" is not an id of a source; give 1 to 64 lower case letters, digits, hyphens, dots and underscores, the first a letter or digit, such as "hr"`,
    )
  }
  checkChange({ displayName, order, readyMap })
  await lockSources(sql, tenantId)
  const present = await listSources(sql)
  if (present.some((source) => source.name === name)) throw alreadyExists(`There is a source "${name}" already`)
  if (present.length >= mostSources) {
    throw resourceExhausted(`A tenant has at most ${mostSources} sources; delete one that is no longer loaded`)
  }
  await sql`
    insert into sources (tenant_id, name, display_name, position, defines_people, ready_map, created_by)
    values (${tenantId}, ${name}, ${displayName}, ${present.length + 1}, ${definesPeople}, ${readyMap}, ${createdBy})`
  if (order > 0) await place(sql, name, order)
  const source = await getSource(sql, name)
  await recordSource(sql, name, 'source.create', { after: settingsOf(source) })
  return source
}

export async function getSource(sql: TenantSql, name: string): Promise<Source> {
  const [found] = await selectSources(sql, name)
  if (found === undefined) throw notFound('source', name)
  return found
}

/** All sources of the tenant, in their order. */
export function listSources(sql: TenantSql): Promise<Source[]> {
  return selectSources(sql)
}

interface Confirmable {
  /** A user has seen how much may be removed, and confirms it. */
  readonly confirm?: boolean
}

/**
 * Changes a source; missing members stay as they are. A change that affects the access in force requests a composition.
 * @throws failed_precondition when the change may remove much and is not confirmed
 */
export async function updateSource(
  sql: TenantSql,
  tenantId: number,
  name: string,
  change: SourceChange,
  { confirm = false }: Confirmable = {},
): Promise<Source> {
  checkChange(change)
  await lockSources(sql, tenantId)
  const all = await listSources(sql)
  const before = await getSource(sql, name)
  await sql`
    update sources set display_name = ${change.displayName ?? before.displayName},
      defines_people = ${change.definesPeople ?? before.definesPeople}, ready_map = ${change.readyMap ?? before.readyMap}
    where name = ${name} and retired_at is null`
  if (change.order !== undefined && change.order !== before.order) await place(sql, name, change.order)
  const after = await getSource(sql, name)
  if (!confirm) {
    const isDemoted = before.definesPeople && !after.definesPeople
    const { people } = isDemoted ? removedWith(before) : removedByOrder(all, await listSources(sql))
    const what = isDemoted ? `Making accounts of the people of "${name}"` : `Another order of the sources`
    await refuseMuchRemoved(sql, what, { people, grants: 0 })
  }
  const changed = JSON.stringify(settingsOf(after)) !== JSON.stringify(settingsOf(before))
  if (changed) await recordSource(sql, name, 'source.update', { before: settingsOf(before), after: settingsOf(after) })
  const isMoved = after.order !== before.order || after.definesPeople !== before.definesPeople
  if (isMoved && before.newestLoad !== undefined) await askForComposition(sql, tenantId)
  return after
}

function settingsOf({ displayName, order, definesPeople, readyMap }: Source): Required<SourceChange> {
  return { displayName, order, definesPeople, readyMap }
}

/**
 * Retires a source, and requests a composition, which removes the data that only this source has.
 * @throws failed_precondition for the last source with a load, since no access would be left, and when the change may remove much
 * and is not confirmed
 */
export async function deleteSource(
  sql: TenantSql,
  tenantId: number,
  name: string,
  { confirm = false }: Confirmable = {},
): Promise<void> {
  await lockSources(sql, tenantId)
  const present = await selectSources(sql)
  const source = present.find((each) => each.name === name)
  if (source === undefined) throw notFound('source', name)
  const loaded = present.filter(({ newestLoad }) => newestLoad !== undefined)
  if (source.newestLoad !== undefined && loaded.length === 1) {
    throw failedPrecondition(
      `"${name}" is the only source with a committed load, and without it no access would be in force; load another source with "only", which deletes this one`,
    )
  }
  if (!confirm) await refuseMuchRemoved(sql, `Deleting "${name}"`, removedWith(source))
  await retire(sql, [name])
  if (source.newestLoad !== undefined) await askForComposition(sql, tenantId)
}

/**
 * Retires sources and aborts their unfinished loads. The next composition removes the results of the correlation of their accounts.
 */
export async function retire(sql: TenantSql, names: readonly string[]): Promise<void> {
  const gone = await sql<{ id: number; name: string }[]>`
    update sources set retired_at = now() where name = any (${names}::text[]) and retired_at is null returning id, name`
  for (const { name } of gone) await recordSource(sql, name, 'source.delete')
  const ids = gone.map(({ id }) => id)
  const loads = await sql<{ id: number }[]>`
    update source_loads set state = 'aborted' where source_id = any (${ids}::integer[])
      and state in ('open', 'reading', 'staged', 'awaiting_confirmation') returning id`
  for (const { id } of loads) await removeLoadContent(sql, id)
  await sql`
    update sources set position = placed.position
    from (select id, row_number() over (order by position, id) as position from sources where retired_at is null) placed
    where sources.id = placed.id and sources.position <> placed.position`
}

function checkChange({ displayName = '', order = 0, readyMap = '' }: SourceChange): void {
  if ([...displayName].length > 256) throw invalidArgument('display_name', 'is longer than 256 characters')
  if (order < 0) throw invalidArgument('order', `is ${order}; places count from 1`)
  if (readyMap === '') return
  const names = readyMapNames()
  if (names.includes(readyMap)) return
  throw invalidArgument('ready_map', `"${readyMap}" is not a ready map; the ready maps are ${names.join(', ')}`)
}

/** Serializes changes of a tenant's list of sources. */
async function lockSources(sql: TenantSql, tenantId: number): Promise<void> {
  await sql`set local lock_timeout = '3s'`
  await sql`select pg_advisory_xact_lock(hashtext('assay sources'), ${tenantId})`
  // Sources are locked before loads and in this order, as in every change of one of them.
  await sql`select from sources where retired_at is null order by id for no key update`
}

async function place(sql: TenantSql, name: string, order: number): Promise<void> {
  const names = (await selectSources(sql)).map((source) => source.name).filter((each) => each !== name)
  names.splice(order === 0 ? names.length : order - 1, 0, name)
  await sql`
    update sources set position = placed.position
    from unnest(${names}::text[]) with ordinality placed (name, position)
    where sources.name = placed.name and retired_at is null`
}

interface SourceRow {
  name: string
  display_name: string
  position: number
  defines_people: boolean
  ready_map: string
  load_id: number | null
  created_by: string
  created_at: Date
  map_version: number
  linked: number
  orphans: number
  changes_since_whole: number
}

/** All sources of the tenant, or one. */
async function selectSources(sql: TenantSql, name?: string): Promise<Source[]> {
  const rows = await sql<SourceRow[]>`
    select name, display_name, position, defines_people, ready_map, load_id, created_by, created_at,
      coalesce((select max(version) from source_maps m where m.source_id = s.id), 0) as map_version,
      (select count(*) from source_account_owners o where o.source_id = s.id and o.identity_id is not null) as linked,
      (select count(*) from source_orphans o where o.source_id = s.id and o.reason <> 'conflict') as orphans,
      (select coalesce(sum(greatest((l.change_counts ->> 'changeSets')::integer, 1)), 0) from source_loads l
        where l.source_id = s.id and l.kind = 'changes' and l.state = 'committed' and l.id > coalesce((
          select max(whole.id) from source_loads whole
          where whole.source_id = s.id and whole.kind = 'whole' and whole.state = 'committed'), 0)) as changes_since_whole
    from sources s where retired_at is null ${name === undefined ? sql`` : sql`and name = ${name}`} order by position, id`
  const newest = rows.map((row) => row.load_id).filter((id) => id !== null)
  const loads = await sql<LoadRow[]>`${loadColumns(sql)} where l.id = any (${newest}::integer[])`
  const loadById = new Map(loads.map((row) => [row.id, loadOf(row)]))
  return rows.map((row) => ({
    name: row.name,
    displayName: row.display_name,
    order: row.position,
    definesPeople: row.defines_people,
    readyMap: row.ready_map,
    mapVersion: row.map_version,
    newestLoad: row.load_id === null ? undefined : loadById.get(row.load_id),
    createdBy: row.created_by,
    createdAt: row.created_at,
    linkedAccounts: Number(row.linked),
    orphans: Number(row.orphans),
    changesSinceWhole: Number(row.changes_since_whole),
  }))
}

/** The number of a source that is not retired. @throws not_found */
export async function sourceKey(sql: TenantSql, name: string): Promise<number> {
  const [row] = await sql<{ id: number }[]>`select id from sources where name = ${name} and retired_at is null`
  if (row === undefined) throw notFound('source', name)
  return row.id
}
