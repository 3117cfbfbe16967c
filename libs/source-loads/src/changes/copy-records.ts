import type { TenantSql } from '@assay/store'
import { isRecordOf } from '../grants-of-load.ts'

const columns = {
  source_people: ['id', 'record'],
  source_accounts: ['application', 'id', 'record'],
  source_applications: ['id', 'record'],
  source_entitlements: ['application', 'id', 'record'],
  source_grants: [
    ...['form', 'holder', 'holder_application', 'application', 'entitlement', 'granted_at', 'last_used_at', 'ends'],
  ],
  source_usage: ['form', 'holder', 'application', 'day'],
} as const

export type RecordTable = keyof typeof columns
const recordTables = Object.keys(columns) as RecordTable[]

/**
 * Copies the records of a load to another load, in their order, so that they can be changed there. If the other load fails, its
 * records are dropped.
 */
export async function copyRecords(sql: TenantSql, from: number, to: number): Promise<void> {
  for (const table of recordTables) {
    const copied = columns[table].reduce((list, name) => sql`${list}, ${sql(name)}`, sql`tenant_id, ordinal`)
    await sql`
      insert into ${sql(table)} (load_id, ${copied})
      select ${to}::integer, ${copied} from ${sql(table)} where ${isRecordOf(sql, table, from)}`
  }
}
