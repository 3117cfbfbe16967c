import { randomUUID } from 'node:crypto'
import { alreadyExists, invalidArgument, notFound, resourceExhausted } from '@assay/errors'
import { isUuid, onlyRow, type TenantSql } from '@assay/store'
import { type ScreenAddress, screenAddress } from './screen-address.ts'

/** A saved screen with its filters. */
export interface SavedView {
  readonly id: string
  readonly displayName: string
  readonly address: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The name and id of the last view of a page. */
export type ViewPosition = readonly [name: string, id: string]

const mostViews = 200
const longestName = 256

/**
 * Stores a view of a client.
 * @throws invalid_argument for an invalid name or address; already_exists for a name that the client has on this screen; resource_exhausted
 * when it has 200 views
 */
export async function createView(
  sql: TenantSql,
  tenantId: number,
  clientId: string,
  wanted: { readonly displayName: string; readonly address: string },
): Promise<SavedView> {
  const name = checkedName(wanted.displayName)
  const { address, screen } = screenAddress(wanted.address)
  await lockViews(sql, tenantId, clientId)
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*)::integer as count from saved_views where client_id = ${clientId}`,
  )
  if (count >= mostViews)
    throw resourceExhausted(`there are ${count} views already, which is as many as one may keep; delete some`)
  const [view] = await sql<SavedView[]>`
    insert into saved_views (tenant_id, id, client_id, display_name, address, screen)
    values (${tenantId}, ${randomUUID()}, ${clientId}, ${name}, ${address}, ${screen})
    on conflict do nothing returning ${columns(sql)}`
  if (view === undefined) throw nameTaken(name)
  return view
}

/** Views by name, ignoring case, then id. @param screen the path of a screen; empty for all screens */
export async function listViews(
  sql: TenantSql,
  clientId: string,
  screen: string,
  { size, after }: { readonly size: number; readonly after?: ViewPosition | undefined },
): Promise<{ readonly views: readonly SavedView[]; readonly last: ViewPosition | undefined }> {
  const order = sql`lower(display_name) collate "C"`
  const rows = await sql<(SavedView & { position: string })[]>`
    select ${columns(sql)}, ${order} as position from saved_views
    where client_id = ${clientId} ${screen === '' ? sql`` : sql`and screen = ${screen}`}
      ${after === undefined ? sql`` : sql`and (${order}, id) > (${after[0]}, ${after[1]}::uuid)`}
    order by ${order}, id limit ${size + 1}`
  const shown = rows.slice(0, size)
  const end = rows.length > size ? shown.at(-1) : undefined
  return { views: shown.map(({ position: _, ...view }) => view), last: end && [end.position, end.id] }
}

/** @throws not_found; the errors of `createView` for the name and the address */
export async function changeView(
  sql: TenantSql,
  tenantId: number,
  clientId: string,
  id: string,
  change: { readonly displayName?: string | undefined; readonly address?: string | undefined },
): Promise<SavedView> {
  await lockViews(sql, tenantId, clientId)
  const view = await lockedView(sql, clientId, id)
  const name = change.displayName === undefined ? view.displayName : checkedName(change.displayName)
  const { address, screen }: ScreenAddress = screenAddress(change.address ?? view.address)
  const [twin] = await sql`
    select from saved_views
    where client_id = ${clientId} and screen = ${screen} and display_name = ${name} and id <> ${id}`
  if (twin !== undefined) throw nameTaken(name)
  const changed = onlyRow(
    await sql<SavedView[]>`
    update saved_views set display_name = ${name}, address = ${address}, screen = ${screen}, updated_at = now()
    where id = ${id} returning ${columns(sql)}`,
  )
  return changed
}

/** @throws not_found */
export async function deleteView(sql: TenantSql, clientId: string, id: string): Promise<void> {
  await lockedView(sql, clientId, id)
  await sql`delete from saved_views where id = ${id}`
}

/** Serialises the changes of each client, so that the limit and the unique names hold. */
async function lockViews(sql: TenantSql, tenantId: number, clientId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`saved views of ${tenantId} ${clientId}`}, 0))`
}

async function lockedView(sql: TenantSql, clientId: string, id: string): Promise<SavedView> {
  const [view] = isUuid(id)
    ? await sql<SavedView[]>`
        select ${columns(sql)} from saved_views where id = ${id} and client_id = ${clientId} for update`
    : []
  if (view === undefined) throw notFound('view', id)
  return view
}

function columns(sql: TenantSql) {
  return sql`id, display_name as "displayName", address, created_at as "createdAt", updated_at as "updatedAt"`
}

function checkedName(given: string): string {
  const name = given.trim()
  const { length } = [...name]
  if (length === 0 || length > longestName)
    throw invalidArgument('display_name', `must have 1 to ${longestName} characters, it has ${length}`)
  return name
}

function nameTaken(name: string): Error {
  return alreadyExists(`there is a view "${name}" of this screen already; choose another name, or delete that one`)
}
