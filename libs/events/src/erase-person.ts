import { type ErasedPerson, mentionsPerson, withoutPerson } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Erases a person from what receivers answered, also by where they redirect to, and what administrators wrote about webhooks. Events themselves name nobody: they are
 * made of what entries of the ledger say openly. For the owner of the schema.
 */
export async function eraseFromWebhooks(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const done = [
    await sql`
      update webhook_deliveries set last_answer = ${withoutPerson(sql, sql`last_answer`, person)},
        last_fault = ${withoutPerson(sql, sql`last_fault`, person)}
      where tenant_id = ${tenantId}
        and (${mentionsPerson(sql, sql`last_answer`, person)} or ${mentionsPerson(sql, sql`last_fault`, person)})`,
    await sql`
      update webhooks set description = ${withoutPerson(sql, sql`description`, person)},
        last_failure = ${withoutPerson(sql, sql`last_failure`, person)}
      where tenant_id = ${tenantId}
        and (${mentionsPerson(sql, sql`description`, person)} or ${mentionsPerson(sql, sql`last_failure`, person)})`,
  ]
  return done.reduce((sum, { count }) => sum + count, 0)
}
