import type { AgedRows } from '@assay/store'

/**
 * The rows of loads to delete by age: a load after all rows that refer to it, and the ids of change sets.
 * @param days 0: never delete them
 */
export function agedLoads(days: { readonly loads: number; readonly changeSets: number }): AgedRows[] {
  return [
    {
      table: 'source_change_sets',
      days: days.changeSets,
      since: (sql) => sql`old.created_at`,
      when: (sql) =>
        sql`exists (select from source_loads load where load.id = old.load_id and load.state in ('committed', 'failed', 'aborted'))`,
    },
    {
      table: 'source_loads',
      days: days.loads,
      since: (sql) => sql`old.created_at`,
      // Records have no foreign key to their load, nor do loads in force and loads that others are based on. A load with a separate
      // partition has grants while that table exists; the partitions of other loads are neither read nor locked.
      when: (sql) => sql`old.state in ('committed', 'failed', 'aborted')
        and not exists (select from sources source where source.tenant_id = old.tenant_id
          and (source.load_id = old.id or source.records_load_id = old.id))
        and not exists (select from source_loads later where later.base_load_id = old.id)
        and to_regclass('source_grants_of_' || old.id) is null
        and not exists (select from source_grants record where record.own_load = 0 and record.load_id = old.id)
        and not exists (select from source_grant_blocks record where record.load_id = old.id)
        and not exists (select from source_people record where record.load_id = old.id)
        and not exists (select from source_accounts record where record.load_id = old.id)
        and not exists (select from source_applications record where record.load_id = old.id)
        and not exists (select from source_entitlements record where record.load_id = old.id)
        and not exists (select from source_usage record where record.load_id = old.id)
        and not exists (select from source_grant_changes record where record.load_id = old.id)`,
    },
  ]
}
