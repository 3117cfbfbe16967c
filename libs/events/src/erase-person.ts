import { type ErasedPerson, mentionsPerson, withoutPerson } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Erases a person from what receivers answered and what administrators wrote about webhooks. Events themselves name nobody: they are
 * made of what entries of the ledger say openly. For the owner of the schema.
 */
export async function eraseFromWebhooks(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const done = [
    await sql`
      update webhook_deliveries set last_answer = ${withoutPerson(sql, sql`last_answer`, person)}
      where tenant_id = ${tenantId} and ${mentionsPerson(sql, sql`last_answer`, person)}`,
    await sql`
      update webhooks set description = ${withoutPerson(sql, sql`description`, person)}
      where tenant_id = ${tenantId} and ${mentionsPerson(sql, sql`description`, person)}`,
  ]
  return done.reduce((sum, { count }) => sum + count, 0)
}
