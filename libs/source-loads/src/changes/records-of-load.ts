import type { RecordForms } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import { isOfLoad } from '../grants-of-load.ts'
import type { LoadCounts } from '../load.ts'

/** How the records of a load refer to others. */
export type LoadForms = RecordForms & { readonly keyNames: readonly string[] }

/** The forms of the records of a load. After loads that changed only grants, the newest of them has the forms. */
export async function formsOf(sql: TenantSql, loadKey: number): Promise<LoadForms> {
  const [row] = await sql<{ forms: LoadForms | null }[]>`
    select forms from source_loads
    where id = coalesce((select load_id from sources where records_load_id = ${loadKey}), ${loadKey})`
  if (!row?.forms) throw new Error(`load ${loadKey} has no forms`)
  return row.forms
}

/** A text that is equal for equal values, since the database stores members in its own order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  )
}

export async function countsOf(sql: TenantSql, loadKey: number): Promise<LoadCounts> {
  const [changing] = await sql<{ counts: LoadCounts }[]>`
    select base.counts || jsonb_build_object('grants', (base.counts ->> 'grants')::bigint
      + (l.difference ->> 'added')::bigint - (l.difference ->> 'removed')::bigint) as counts
    from source_loads l join source_loads base on base.id = (l.difference ->> 'load')::integer
    where l.id = ${loadKey} and l.records_of is not null`
  if (changing !== undefined) return changing.counts
  const [counts] = await sql<LoadCounts[]>`
    select (select count(*) from source_people where load_id = ${loadKey})::float8 as people,
      (select count(*) from source_accounts where load_id = ${loadKey})::float8 as accounts,
      (select count(*) from source_applications where load_id = ${loadKey})::float8 as applications,
      (select count(*) from source_entitlements where load_id = ${loadKey})::float8 as entitlements,
      (select count(*) from source_grants where ${isOfLoad(sql, loadKey)})::float8 as grants,
      (select count(*) from source_usage where load_id = ${loadKey})::float8 as "usageRows"`
  if (counts === undefined) throw new Error(`the records of load ${loadKey} were not counted`)
  return { ...counts }
}
