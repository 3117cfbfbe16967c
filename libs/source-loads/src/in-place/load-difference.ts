import type { TenantSql } from '@assay/store'
import type { CopiedGrants, GrantTraits } from '../copied-grants.ts'
import { isOfLoad } from '../grants-of-load.ts'

/** The difference of a load from the load before, when only grants differ. */
export interface LoadDifference {
  /** The newest load of the source before this one. */
  readonly load: number
  /** The load that has its records. */
  readonly records: number
  /** Rows of `source_grant_changes`. */
  readonly removed: number
  readonly added: number
}

/** With more changed rows than this, everything is combined again. */
export const mostChangedGrants = 400_000

/**
 * Determines the difference of a whole load from the records of its source before, by comparison: rows of grants that only one of
 * them has. All other records must be equal, apart from their places in the files.
 */
export async function findDifference(
  sql: TenantSql,
  tenantId: number,
  { load, own, traits }: CopiedGrants & { readonly load: number },
  before: number | null,
): Promise<void> {
  await sql`update source_loads set traits = ${sql.json({ ...traits })} where id = ${load}`
  if (before === null || !(await hasSameForms(sql, load, before))) return
  for (const kind of ['people', 'applications', 'entitlements', 'accounts', 'usage'] as const) {
    if (!(await hasSameRecords(sql, kind, load, before))) return
  }
  await sql`select set_config('work_mem', '64MB', true)`
  await sql`create temporary table differing_grants (row_hash bigint primary key, surplus bigint not null) on commit drop`
  const hashed = grantHash(sql)
  const now = own === undefined ? sql`source_grants where ${isOfLoad(sql, load)}` : sql`${sql(own)}`
  const then = sql`source_grants where ${isOfLoad(sql, before)}`
  await sql`
    insert into differing_grants
    select hash, sum(sign) from (
      select ${hashed} as hash, 1 as sign from ${now} union all select ${hashed}, -1 from ${then}) rows
    group by hash having sum(sign) <> 0 limit ${mostChangedGrants + 1}`
  const [differing] = await sql<{ rows: number }[]>`
    select coalesce(sum(abs(surplus)), 0)::float8 as rows from differing_grants`
  if (differing === undefined || differing.rows > mostChangedGrants) return
  await sql`
    insert into source_grant_changes (tenant_id, load_id, is_added, ordinal)
    select ${tenantId}, ${load}::integer, is_added, ordinal from (
      select is_added, ordinal, surplus, row_number() over (partition by row_hash, is_added order by ordinal) as place from (
        select true as is_added, ordinal, ${hashed} as row_hash from ${now}
        union all select false, ordinal, ${hashed} from ${then}) rows
      join differing_grants using (row_hash) where is_added = (surplus > 0)) found
    where place <= abs(surplus)`
  await storeDifference(sql, load, before)
}

/** The same for a load that changes grants of the load before: its rows are the difference. */
export async function keepDifference(sql: TenantSql, load: number, before: number): Promise<void> {
  const own = await traitsOf(sql, load)
  await sql`
    update source_loads l set traits = case when base.traits is not null then jsonb_build_object(
      'unplaced', (base.traits ->> 'unplaced')::boolean or ${own.unplaced}::boolean,
      'ends', (base.traits ->> 'ends')::boolean or ${own.ends}::boolean) end
    from source_loads base
    where l.id = ${load} and base.id = (select load_id from sources where records_load_id = ${before})`
  await storeDifference(sql, load, before)
}

async function storeDifference(sql: TenantSql, load: number, before: number): Promise<void> {
  await sql`
    -- Own rows of a load that changes those of another all come to them.
    update source_loads l set difference = jsonb_build_object(
      'load', (select load_id from sources where records_load_id = ${before}), 'records', ${before}::integer,
      'removed', (select count(*) from source_grant_changes where load_id = l.id and not is_added),
      'added', case when l.records_of is null
        then (select count(*) from source_grant_changes where load_id = l.id and is_added)
        else (select count(*) from source_grants where ${isOfLoad(sql, load)}) end)
    where id = ${load}`
}

async function traitsOf(sql: TenantSql, load: number): Promise<GrantTraits> {
  const [traits] = await sql<GrantTraits[]>`
    select coalesce(bool_or(application = ''), false) as unplaced, coalesce(bool_or(ends <> ''), false) as ends
    from source_grants where ${isOfLoad(sql, load)}`
  if (traits === undefined) throw new Error('grants have no traits')
  return traits
}

/**
 * A hash that is equal for equal rows. Among ten million rows, two different ones have equal hashes with a chance of one in
 * 300,000. The hash of each text starts from the one before; the hash of a record takes more than twice as long.
 */
function grantHash(sql: TenantSql) {
  return sql`hashtextextended(ends, hashtextextended(last_used_at, hashtextextended(granted_at,
    hashtextextended(entitlement, hashtextextended(application, hashtextextended(holder_application,
    hashtextextended(holder, form)))))))`
}

async function hasSameForms(sql: TenantSql, load: number, before: number): Promise<boolean> {
  const [row] = await sql<{ same: boolean }[]>`
    select coalesce(one.forms = other.forms, false) as same
    from source_loads one, source_loads other
    where one.id = ${load} and other.id = (select load_id from sources where records_load_id = ${before})`
  return row?.same ?? false
}

/** Whether both loads have the same records in the same order. */
async function hasSameRecords(
  sql: TenantSql,
  kind: 'people' | 'accounts' | 'applications' | 'entitlements' | 'usage',
  load: number,
  before: number,
): Promise<boolean> {
  const content = kind === 'usage' ? sql`row (form, holder, application, day)` : sql`row (record - 'place')`
  const records = (of: number) => sql`
    (select row_number() over (order by ordinal) as place, ${content} as content from ${sql(`source_${kind}`)} where load_id = ${of})`
  const [row] = await sql<{ differs: boolean }[]>`
    select exists (
      select from ${records(load)} one full join ${records(before)} other using (place)
      where one.content is distinct from other.content) as differs`
  return row?.differs === false
}
