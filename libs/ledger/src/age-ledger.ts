import type { TenantSql } from '@assay/store'
import { recordEntry } from './record-entry.ts'

interface AgedLedger {
  /** Entries that were removed. */
  readonly removed: number
  /** The position of the head at which the chain begins from now on. */
  readonly checkpoint: number
}

/**
 * Removes the entries up to the newest head that was signed before a time. It needs the database login of the schema's owner. That head
 * becomes the checkpoint: a verification begins there, and its signature proves the number and the hash of the removed entries. The removal
 * is recorded as an entry.
 * @returns undefined when no head is that old, or when that head is the last checkpoint already
 */
export async function ageLedger(sql: TenantSql, tenantId: number, before: Date): Promise<AgedLedger | undefined> {
  const [head] = await sql<{ position: number; isCheckpoint: boolean }[]>`
    select position, is_checkpoint as "isCheckpoint" from ledger_heads
    where tenant_id = ${tenantId} and signed_at < ${before} order by position desc limit 1 for update`
  if (head === undefined || head.isCheckpoint) return undefined
  const { position } = head
  const removed = await sql<{ id: string }[]>`
    delete from ledger_links where tenant_id = ${tenantId} and position <= ${position} returning entry_id as id`
  const ids = removed.map(({ id }) => id)
  await sql`delete from ledger_values where tenant_id = ${tenantId} and entry_id = any (${ids}::uuid[])`
  await sql`delete from ledger_entries where tenant_id = ${tenantId} and id = any (${ids}::uuid[])`
  await sql`delete from ledger_heads where tenant_id = ${tenantId} and position < ${position}`
  await sql`update ledger_heads set is_checkpoint = true where tenant_id = ${tenantId} and position = ${position}`
  const after = { removed: ids.length, checkpoint: position }
  await recordEntry(sql, { kind: 'ledger.age', subject: { type: 'ledger', id: String(tenantId) }, after })
  return after
}
