import {
  type ErasedPerson,
  erased,
  mentionsPerson,
  textMentionsPerson,
  textWithoutPerson,
  withoutPerson,
} from '@assay/ledger'
import type { Fragment, TenantSql } from '@assay/store'

/** Erases a person from the data of loads: faults and reports, identities of accounts, orphans. For the owner of the schema. */
export async function eraseFromLoads(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id, names } = person
  const known = [id, ...names]
  const done = [
    await sql`
      update source_loads set faults = ${withoutPerson(sql, sql`faults`, person)}::jsonb,
        report = ${withoutPerson(sql, sql`report`, person)}::jsonb,
        removals = ${withoutPerson(sql, sql`removals`, person)}::jsonb,
        error_message = ${withoutPerson(sql, sql`error_message`, person)},
        created_by = case when created_by = ${id} then ${erased} else created_by end,
        confirmed_by = case when confirmed_by = ${id} then ${erased} else confirmed_by end
      where tenant_id = ${tenantId} and (created_by = ${id} or confirmed_by = ${id}
        or ${mentionsPerson(sql, sql`faults`, person)} or ${mentionsPerson(sql, sql`report`, person)}
        or ${mentionsPerson(sql, sql`removals`, person)} or ${mentionsPerson(sql, sql`error_message`, person)})`,
    ...(await eraseFromFormerLoads(sql, tenantId, known)),
    await sql`delete from source_account_owners where tenant_id = ${tenantId} and identity_id = ${id}`,
    await sql`delete from source_account_links where tenant_id = ${tenantId} and identity_id = ${id}`,
    await sql`
      delete from source_orphans
      where tenant_id = ${tenantId} and (value = any (${known}::text[]) or candidates && ${known}::text[])`,
    await sql`update source_account_links set created_by = ${erased} where tenant_id = ${tenantId} and created_by = ${id}`,
    await sql`update source_files set created_by = ${erased} where tenant_id = ${tenantId} and created_by = ${id}`,
    await sql`update source_change_sets set created_by = ${erased} where tenant_id = ${tenantId} and created_by = ${id}`,
    await sql`update source_maps set created_by = ${erased} where tenant_id = ${tenantId} and created_by = ${id}`,
    await sql`
      update sources set display_name = ${textWithoutPerson(sql, sql`display_name`, person)},
        created_by = case when created_by = ${id} then ${erased} else created_by end
      where tenant_id = ${tenantId} and (created_by = ${id} or ${textMentionsPerson(sql, sql`display_name`, person)})`,
  ]
  return done.reduce((sum, { count }) => sum + count, 0)
}

/** Whether a `load` is neither in force nor being loaded. */
function isFormerLoad(sql: TenantSql): Fragment {
  return sql`
    load.state not in ('reading', 'staged', 'awaiting_confirmation')
    and not exists (select from sources s where load.id in (s.records_load_id, s.load_id) and s.retired_at is null)`
}

/** Erases records of former loads, which a job has not removed yet. */
async function eraseFromFormerLoads(sql: TenantSql, tenantId: number, known: readonly string[]) {
  const isOfLoad = sql`
    record.tenant_id = ${tenantId} and load.tenant_id = ${tenantId} and load.id = record.load_id`
  const isFormer = sql`${isOfLoad} and ${isFormerLoad(sql)}`
  const texts = sql`any (${[...known]}::text[])`
  const former = await sql<{ id: number }[]>`
    select load.id from source_loads load
    where load.tenant_id = ${tenantId} and ${isFormerLoad(sql)}`
  // Partitions of loads have no index of holders, so the query names the loads and does not read the partitions of other loads and
  // tenants.
  const ownLoads = [0, ...former.map((load) => load.id)]
  return [
    await sql`delete from source_people record using source_loads load where ${isFormer} and record.id = ${texts}`,
    await sql`
      delete from source_accounts record using source_loads load
      where ${isFormer} and (record.id = ${texts}
        or exists (select from unnest(${known.map((text) => JSON.stringify(text))}::text[]) as found (text)
          where strpos(record.record::text, found.text) > 0))`,
    await sql`
      delete from source_grants record using source_loads load
      where ${isFormer} and record.own_load = any (${ownLoads}::integer[]) and record.holder = ${texts}`,
    // Blocks repeat the grants for a composition. It reads none of former loads, and none that a worker of an older version left when
    // it changed the rows of a load in force.
    await sql`
      delete from source_grant_blocks record using source_loads load
      where ${isOfLoad} and (${isFormerLoad(sql)}
        or exists (select from sources s where s.records_load_id = load.id and s.load_id <> load.id))`,
    await sql`delete from source_usage record using source_loads load where ${isFormer} and record.holder = ${texts}`,
  ]
}
