import { recordEntry } from '@assay/ledger'
import { isUuid, type TenantSql } from '@assay/store'
import { sessionNotFound } from './session-rows.ts'

/**
 * Deletes a session with its potential roles. A running calculation ends without effect.
 * @throws not_found
 */
export async function deleteSession(sql: TenantSql, id: string): Promise<void> {
  const [deleted] = isUuid(id)
    ? await sql<{ name: string | null; roles: number }[]>`
        delete from mining_sessions where id = ${id} returning name, potential_roles_ready_count as roles`
    : []
  if (deleted === undefined) throw sessionNotFound(id)
  await recordEntry(sql, { kind: 'session.delete', subject: { type: 'session', id }, before: deleted })
}
