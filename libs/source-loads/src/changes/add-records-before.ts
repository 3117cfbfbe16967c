import type { RecordForms } from '@assay/sources'
import { asJson, type TenantSql } from '@assay/store'
import { isRecordOf } from '../grants-of-load.ts'
import { canonical, formsOf } from './records-of-load.ts'

/**
 * Adds to a load the records of the load before that it does not replace, after its own records, and stores the forms of all of
 * them.
 */
export async function addRecordsBefore(
  sql: TenantSql,
  before: number,
  loadKey: number,
  own: { readonly forms: RecordForms; readonly keyNames: readonly string[] },
): Promise<void> {
  const { keyNames, ...forms } = await formsOf(sql, before)
  const kinds = ['people', 'accounts', 'grants', 'usage'] as const
  // The same map has the same forms again; they are stored once, however often it delivers.
  const isAlike = kinds.every(
    (kind) => canonical(forms[kind].slice(0, own.forms[kind].length)) === canonical(own.forms[kind]),
  )
  const offset = (kind: (typeof kinds)[number]) => (isAlike ? 0 : own.forms[kind].length)
  for (const kind of ['people', 'accounts', 'applications', 'entitlements'] as const) {
    const table = sql(`source_${kind}`)
    const names = kind === 'people' || kind === 'applications' ? sql`id` : sql`application, id`
    const isOther = kind === 'people' || kind === 'applications' ? sql`` : sql`and n.application = b.application`
    const added = kind === 'people' || kind === 'accounts' ? offset(kind) : 0
    const record =
      added === 0
        ? sql`record`
        : sql`jsonb_set(record, '{form}', to_jsonb((record ->> 'form')::integer + ${added}::integer)) as record`
    await sql`
      insert into ${table} (tenant_id, load_id, ordinal, ${names}, record)
      select tenant_id, ${loadKey}::integer, ordinal + ${await countOf(sql, `source_${kind}`, loadKey)}::integer, ${names}, ${record}
      from ${table} b
      where load_id = ${before} and not exists (
        select from ${table} n where n.load_id = ${loadKey} and n.id = b.id ${isOther})`
  }
  const grants = await countOf(sql, 'source_grants', loadKey)
  await sql`
    insert into source_grants (tenant_id, load_id, ordinal, form, holder, holder_application, application, entitlement,
      granted_at, last_used_at, ends)
    select tenant_id, ${loadKey}::integer, ordinal + ${grants}::bigint, form + ${offset('grants')}::smallint, holder,
      holder_application, application, entitlement, granted_at, last_used_at, ends
    from source_grants b
    where b.load_id = ${before} and b.own_load in (0, ${before}) and not exists (
      select from source_grants n where n.load_id = ${loadKey} and n.own_load in (0, ${loadKey}) and n.form = b.form + ${offset('grants')}::smallint
        and n.holder = b.holder and n.holder_application = b.holder_application and n.application = b.application and n.entitlement = b.entitlement)`
  const usage = await countOf(sql, 'source_usage', loadKey)
  await sql`
    insert into source_usage (tenant_id, load_id, ordinal, form, holder, application, day)
    select tenant_id, ${loadKey}::integer, ordinal + ${usage}::bigint, form + ${offset('usage')}::smallint, holder, application, day
    from source_usage where load_id = ${before}`
  const joined = Object.fromEntries(
    kinds.map((kind) => [kind, isAlike ? forms[kind] : [...own.forms[kind], ...forms[kind]]]),
  )
  const names = [...new Set([...own.keyNames, ...keyNames])]
  await sql`
    update source_loads set forms = ${asJson(sql, { ...joined, keyNames: names })} where id = ${loadKey}`
}

async function countOf(sql: TenantSql, table: string, loadKey: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::float8 as count from ${sql(table)} where ${isRecordOf(sql, table, loadKey)}`
  return row?.count ?? 0
}
