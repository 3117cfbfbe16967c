import {
  type ErasedPerson,
  erased,
  mentionsPerson,
  textMentionsPerson,
  textWithoutPerson,
  withoutPerson,
} from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/** Erases a person from policies: the ids of those who made them, and exceptions. It needs the database login of the schema's owner. */
export async function eraseFromPolicies(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id, key = -1 } = person
  const done = [
    await sql`delete from policy_exceptions where tenant_id = ${tenantId} and identity_key = ${key}`,
    await sql`
      update policy_exceptions set reason = ${textWithoutPerson(sql, sql`reason`, person)}
      where tenant_id = ${tenantId} and ${textMentionsPerson(sql, sql`reason`, person)}`,
    await sql`
      update policies set display_name = ${textWithoutPerson(sql, sql`display_name`, person)},
        -- Two names may come to the same.
        name_key = case when ${textMentionsPerson(sql, sql`name_key`, person)}
          then ${textWithoutPerson(sql, sql`name_key`, person)} || ' ' || id else name_key end,
        description = ${textWithoutPerson(sql, sql`description`, person)},
        created_by = case when created_by = ${id} then ${erased} else created_by end
      where tenant_id = ${tenantId} and (created_by = ${id} or ${textMentionsPerson(sql, sql`description`, person)}
        or ${textMentionsPerson(sql, sql`display_name`, person)})`,
    await sql`
      update conflict_monitors set notifications = ${withoutPerson(sql, sql`notifications`, person)}::jsonb
      where tenant_id = ${tenantId} and ${mentionsPerson(sql, sql`notifications`, person)}`,
  ]
  return done.reduce((sum, { count }) => sum + count, 0)
}
