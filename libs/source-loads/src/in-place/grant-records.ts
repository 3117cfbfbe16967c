import type { Fragment, TenantSql } from '@assay/store'

/** Under which numbers the grants of a load lie. */
export interface GrantsOfLoad {
  /** Whose rows they are. */
  readonly recordsLoad: number
  /** A load that is not in force and changes those rows: some go, its own come. Null where there is none. */
  readonly changesLoad: number | null
}

/** Rows of grants, in the order in which they were read; to be followed by `order by ordinal`. */
export function grantRecords(sql: TenantSql, { recordsLoad, changesLoad }: GrantsOfLoad): Fragment {
  if (changesLoad === null) return sql`${columns(sql)} where load_id = ${recordsLoad}`
  return sql`
    ${columns(sql)} g where load_id = ${recordsLoad} and not exists (
      select from source_grant_changes c where c.load_id = ${changesLoad} and not c.is_added and c.ordinal = g.ordinal)
    union all ${columns(sql)} where load_id = ${changesLoad}`
}

/** Rows in which a load differs from the one before: those that it lacks, or its own that the one before lacks. */
export function changedGrantRecords(
  sql: TenantSql,
  load: number,
  { recordsLoad, changesLoad }: GrantsOfLoad,
  before: number,
  isAdded: boolean,
): Fragment {
  if (isAdded && changesLoad !== null) return sql`${columns(sql)} where load_id = ${changesLoad}`
  return sql`
    ${columns(sql)} where load_id = ${isAdded ? recordsLoad : before} and ordinal = any (array(
      select ordinal from source_grant_changes where load_id = ${load} and is_added = ${isAdded}))`
}

function columns(sql: TenantSql): Fragment {
  return sql`
    select ordinal, form::text, holder, holder_application as "holderApplication", application, entitlement,
      granted_at as "grantedAt", last_used_at as "lastUsedAt", ends
    from source_grants`
}

/** Makes the changes of a load to the records that it builds on, when it comes into force. */
export async function applyChangedGrants(sql: TenantSql, load: number, recordsLoad: number): Promise<void> {
  await sql`
    delete from source_grants where load_id = ${recordsLoad} and ordinal = any (array(
      select ordinal from source_grant_changes where load_id = ${load} and not is_added))`
  await sql`update source_grants set load_id = ${recordsLoad} where load_id = ${load}`
}
