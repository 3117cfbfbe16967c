import { type ErasedPerson, mentionsPerson, withoutPerson } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Erases a person from responses of receivers, addresses of redirects, and descriptions of webhooks. Events themselves contain no names:
 * they are made from the parts of entries that are not erasable. It needs the database login of the schema's owner.
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
