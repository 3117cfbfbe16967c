import {
  type ErasedPerson,
  erased,
  mentionsPerson,
  textMentionsPerson,
  textWithoutPerson,
  withoutPerson,
} from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/** Erases a person from drafts of candidates and their sources. It needs the database login of the schema's owner. */
export async function eraseFromCandidates(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id, key = -1 } = person
  const done = [
    await sql`
      update candidate_drafts set definition = ${withoutPerson(sql, sql`definition`, person)}::jsonb,
        display_name = ${textWithoutPerson(sql, sql`display_name`, person)},
        identity_keys = array_remove(identity_keys, ${key}::integer),
        created_by = case when created_by = ${id} then ${erased} else created_by end,
        updated_by = case when updated_by = ${id} then ${erased} else updated_by end
      where tenant_id = ${tenantId} and (created_by = ${id} or updated_by = ${id}
        or identity_keys @> array[${key}::integer] or ${mentionsPerson(sql, sql`definition`, person)}
        or ${textMentionsPerson(sql, sql`display_name`, person)})`,
    await sql`
      update candidate_draft_steps set detail = ${withoutPerson(sql, sql`detail`, person)}::jsonb,
        made_by = case when made_by = ${id} then ${erased} else made_by end
      where tenant_id = ${tenantId} and (made_by = ${id} or ${mentionsPerson(sql, sql`detail`, person)})`,
  ]
  return done.reduce((sum, { count }) => sum + count, 0)
}
