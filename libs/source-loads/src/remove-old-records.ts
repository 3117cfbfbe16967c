import { DomainError } from '@assay/errors'
import { inTenant, type Sql } from '@assay/store'
import { isRecordOf } from './grants-of-load.ts'

const tables = [
  'source_people',
  'source_accounts',
  'source_applications',
  'source_entitlements',
  'source_grants',
  'source_grant_blocks',
  'source_usage',
  'source_grant_changes',
] as const

const rowsAtOnce = 50_000

/** Removes the records of loads that are neither in force nor being loaded, in short transactions. */
export async function removeOldRecords(sql: Sql, tenantId: number, signal: AbortSignal): Promise<void> {
  const old = await inTenant(
    sql,
    tenantId,
    (scoped) => scoped<{ id: number }[]>`
      -- A worker of an older version removes the forms and leaves the blocks.
      select l.id from source_loads l
      where (l.forms is not null or exists (select from source_grant_blocks b where b.load_id = l.id))
        and l.state not in ('reading', 'staged', 'awaiting_confirmation')
        and not exists (select from sources s where l.id in (s.records_load_id, s.load_id) and s.retired_at is null)`,
  )
  for (const { id } of old) {
    const isDropped = await dropOwnGrants(sql, tenantId, id)
    for (const table of tables) {
      for (let removed = rowsAtOnce; removed === rowsAtOnce; ) {
        signal.throwIfAborted()
        const result = await inTenant(
          sql,
          tenantId,
          (scoped) => scoped`
            delete from ${scoped(table)} where ${isRecordOf(scoped, table, id)}
              and ordinal in (select ordinal from ${scoped(table)} where ${isRecordOf(scoped, table, id)} limit ${rowsAtOnce})`,
        )
        removed = result.count
      }
    }
    // A partition that was being read is dropped after the next composition.
    if (isDropped)
      await inTenant(sql, tenantId, (scoped) => scoped`update source_loads set forms = null where id = ${id}`)
  }
}

/** False while a query reads grants of loads, since dropping a partition does not wait for readers. */
async function dropOwnGrants(sql: Sql, tenantId: number, load: number): Promise<boolean> {
  try {
    const [row] = await inTenant(
      sql,
      tenantId,
      (scoped) => scoped<{ isGone: boolean }[]>`select drop_source_grant_partition(${load}) as "isGone"`,
    )
    return row?.isGone ?? false
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'aborted') return false
    throw error
  }
}
