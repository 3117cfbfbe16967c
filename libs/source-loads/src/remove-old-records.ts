import { inTenant, type Sql } from '@assay/store'

const tables = [
  'source_people',
  'source_accounts',
  'source_applications',
  'source_entitlements',
  'source_grants',
  'source_usage',
  'source_grant_changes',
] as const

const rowsAtOnce = 50_000

/** Removes the records of loads that are neither in force nor on their way, in short transactions. */
export async function removeOldRecords(sql: Sql, tenantId: number, signal: AbortSignal): Promise<void> {
  const old = await inTenant(
    sql,
    tenantId,
    (scoped) => scoped<{ id: number }[]>`
      select l.id from source_loads l where l.forms is not null
        and l.state not in ('reading', 'staged', 'awaiting_confirmation')
        and not exists (select from sources s where l.id in (s.records_load_id, s.load_id) and s.retired_at is null)`,
  )
  for (const { id } of old) {
    for (const table of tables) {
      for (let removed = rowsAtOnce; removed === rowsAtOnce; ) {
        signal.throwIfAborted()
        const result = await inTenant(
          sql,
          tenantId,
          (scoped) => scoped`
            delete from ${scoped(table)} where load_id = ${id}
              and ordinal in (select ordinal from ${scoped(table)} where load_id = ${id} limit ${rowsAtOnce})`,
        )
        removed = result.count
      }
    }
    await inTenant(sql, tenantId, (scoped) => scoped`update source_loads set forms = null where id = ${id}`)
  }
}
