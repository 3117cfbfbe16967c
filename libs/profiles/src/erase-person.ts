import {
  type ErasedPerson,
  erased,
  mentionsPerson,
  textMentionsPerson,
  textWithoutPerson,
  withoutPerson,
} from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Erases a person from access profiles: names and rules, memberships, tasks, and the ids of those who made, own or decided. It needs the
 * database login of the schema's owner.
 */
export async function eraseFromProfiles(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id, key = -1 } = person
  const text = (column: ReturnType<TenantSql>) => textWithoutPerson(sql, column, person)
  const done = [
    await sql`delete from access_profile_members where tenant_id = ${tenantId} and identity_key = ${key}`,
    await sql`delete from access_profile_tasks where tenant_id = ${tenantId} and identity_key = ${key}`,
    await sql`update finished_tasks set launched_by = ${erased} where tenant_id = ${tenantId} and launched_by = ${id}`,
    await sql`update access_profile_tasks set resolved_by = ${erased} where tenant_id = ${tenantId} and resolved_by = ${id}`,
    await sql`update access_profile_tasks set requested_by = ${erased} where tenant_id = ${tenantId} and requested_by = ${id}`,
    await sql`
      update access_profiles set display_name = ${text(sql`display_name`)}, name_order = ${text(sql`name_order`)},
        description = ${text(sql`description`)}, cel_expression = ${withoutPerson(sql, sql`cel_expression`, person)},
        pause_outcome = ${withoutPerson(sql, sql`pause_outcome`, person)}::jsonb,
        automation_error = ${withoutPerson(sql, sql`automation_error`, person)},
        annotations = ${withoutPerson(sql, sql`annotations`, person)}::jsonb,
        enrollment = ${withoutPerson(sql, sql`enrollment`, person)}::jsonb,
        created_by = case when created_by = ${id} then ${erased} else created_by end,
        owner_id = case when owner_id = ${id} then '' else owner_id end
      where tenant_id = ${tenantId} and (created_by = ${id} or owner_id = ${id}
        or ${mentionsPerson(sql, sql`cel_expression`, person)} or ${mentionsPerson(sql, sql`pause_outcome`, person)}
        or ${mentionsPerson(sql, sql`annotations`, person)} or ${mentionsPerson(sql, sql`enrollment`, person)}
        or ${mentionsPerson(sql, sql`automation_error`, person)} or ${textMentionsPerson(sql, sql`display_name`, person)}
        or ${textMentionsPerson(sql, sql`description`, person)})`,
    // The rule of these profiles was changed as well, so it is not generated from these entitlements any more.
    await sql`
      update access_profile_automations set held_entitlements = null
      where tenant_id = ${tenantId} and ${mentionsPerson(sql, sql`held_entitlements`, person)}`,
  ]
  return done.reduce((sum, { count }) => sum + count, 0)
}
