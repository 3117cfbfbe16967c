import { copiedBytes } from '@assay/directory'
import type { Fragment, TenantSql } from '@assay/store'
import { isOfLoad } from '../grants-of-load.ts'

/** The loads that have the grants of a load. */
export interface GrantsOfLoad {
  /** The load with the rows. */
  readonly recordsLoad: number
  /** A load that is not in force and changes those rows: it removes some and adds its own. Null when there is none. */
  readonly changesLoad: number | null
}

/** All grants in the order in which they were read, as CSV lines with the columns of `storedSource`. */
export async function* grantLines(
  sql: TenantSql,
  { recordsLoad, changesLoad }: GrantsOfLoad,
): AsyncGenerator<Uint8Array, void, undefined> {
  // COPY takes no parameters; these are numbers.
  const [records, changes] = [Number(recordsLoad), Number(changesLoad)]
  const columns = 'form, holder, holder_application, application, entitlement, granted_at, last_used_at, ends'
  const own = (of: number) =>
    `select ordinal, ${columns} from source_grants g where load_id = ${of} and own_load in (0, ${of})`
  const all =
    changesLoad === null
      ? own(records)
      : `${own(records)} and not exists (
          select from source_grant_changes c where c.load_id = ${changes} and not c.is_added and c.ordinal = g.ordinal)
        union all ${own(changes)}`
  // The rows are in this order already; without statistics of rows that were just stored, PostgreSQL would sort them.
  if (changesLoad === null) await sql`select set_config('enable_sort', 'off', true)`
  const lines = await sql
    .unsafe(`copy (select ${columns} from (${all}) grants order by ordinal) to stdout (format csv)`)
    .readable()
  yield* copiedBytes(lines)
  if (changesLoad === null) await sql`select set_config('enable_sort', 'on', true)`
}

/** The rows in which a load differs from the load before: removed rows, or added rows. */
export function changedGrantRecords(
  sql: TenantSql,
  load: number,
  { recordsLoad, changesLoad }: GrantsOfLoad,
  before: number,
  isAdded: boolean,
): Fragment {
  if (isAdded && changesLoad !== null) return sql`${columns(sql)} where ${isOfLoad(sql, changesLoad)}`
  return sql`
    ${columns(sql)} where ${isOfLoad(sql, isAdded ? recordsLoad : before)} and ordinal = any (array(
      select ordinal from source_grant_changes where load_id = ${load} and is_added = ${isAdded}))`
}

function columns(sql: TenantSql): Fragment {
  return sql`
    select ordinal, form::text, holder, holder_application as "holderApplication", application, entitlement,
      granted_at as "grantedAt", last_used_at as "lastUsedAt", ends
    from source_grants`
}

/** Applies the changes of a load to the records that it is based on, when it comes into force. */
export async function applyChangedGrants(sql: TenantSql, load: number, recordsLoad: number): Promise<void> {
  await sql`
    delete from source_grants where ${isOfLoad(sql, recordsLoad)} and ordinal = any (array(
      select ordinal from source_grant_changes where load_id = ${load} and not is_added))`
  await sql`update source_grants set load_id = ${recordsLoad} where load_id = ${load} and own_load = 0`
  // They are the rows as they were.
  await sql`delete from source_grant_blocks where load_id = ${recordsLoad}`
}
