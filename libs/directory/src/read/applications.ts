import { notFound } from '@assay/errors'
import type { Fragment, TenantSql } from '@assay/store'
import { beginsWith, type NamePosition, type Page, pageOf } from './listing.ts'

/** A system in which access exists. */
export interface Application {
  readonly key: number
  readonly id: string
  readonly displayName: string
  readonly description: string
  /** The newest day of its usage (`2025-01-31`); null when no usage is known. */
  readonly usageThrough: string | null
}

/** Columns of an `Application`, from `applications`. */
export function applicationColumns(sql: TenantSql): Fragment {
  return sql`key, id, display_name as "displayName", description, ${usageThrough(sql)}::text as "usageThrough"`
}

/** For a bounded reader, the newest day on which an identity in the reader's scope used the application. */
function usageThrough(sql: TenantSql): Fragment {
  return sql`case when coalesce(current_setting('assay.reader_scope', true), '') = '' then usage_through
    else (select max(last_day) from usage where usage.application_key = applications.key) end`
}

/** By name, letter case ignored; deleted applications are left out. `query`: beginning of the name. */
export async function listApplications(
  sql: TenantSql,
  { query }: { readonly query?: string | undefined },
  page: Page<NamePosition>,
): Promise<{ applications: readonly Application[]; last: NamePosition | undefined }> {
  const { after } = page
  const rows = await sql<(Application & { nameOrder: string })[]>`
    select ${applicationColumns(sql)}, name_order as "nameOrder" from applications
    where not deleted
      ${query ? sql`and ${beginsWith(sql, 'name_order', query)}` : sql``}
      ${after ? sql`and (name_order, key) > (${after[0]}, ${after[1]}::integer)` : sql``}
    order by name_order, key limit ${page.size + 1}`
  const { rows: shown, last } = pageOf(rows, page.size)
  return { applications: shown.map(({ nameOrder: _, ...application }) => application), last }
}

/** By key, with deleted applications. Unknown keys are left out. */
export async function applicationsByKey(
  sql: TenantSql,
  keys: readonly number[],
): Promise<ReadonlyMap<number, Application>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<Application[]>`
    select ${applicationColumns(sql)} from applications where key = any(${[...keys]}::integer[])`
  return new Map(rows.map((row) => [row.key, row]))
}

/** @throws not_found, also for an application that a later import deleted */
export async function getApplication(sql: TenantSql, id: string): Promise<Application> {
  const [found] = await sql<Application[]>`
    select ${applicationColumns(sql)} from applications where id = ${id} and not deleted`
  if (found === undefined) throw notFound('application', id)
  return found
}

/** The key of an application, deleted or not. @throws not_found */
export async function applicationKey(sql: TenantSql, id: string): Promise<number> {
  const [found] = await sql<{ key: number }[]>`select key from applications where id = ${id}`
  if (found === undefined) throw notFound('application', id)
  return found.key
}
