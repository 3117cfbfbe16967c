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
 * Erases a person from sessions and potential roles: names, scopes, explanations, distributions, requests, and the exports that
 * contain the person. Archives in an object storage are removed when they expire. For the owner of the schema.
 */
export async function eraseFromSessions(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id, key = -1, names } = person
  const without = (column: ReturnType<TenantSql>) => withoutPerson(sql, column, person)
  const mentions = (column: ReturnType<TenantSql>) => mentionsPerson(sql, column, person)
  const text = (column: ReturnType<TenantSql>) => textWithoutPerson(sql, column, person)
  const isIn = (column: ReturnType<TenantSql>) => textMentionsPerson(sql, column, person)
  const lowered = [id, ...names].map((text) => text.toLowerCase())
  const done = [
    await sql`
      delete from potential_role_exports where tenant_id = ${tenantId} and potential_role_id in (
        select id from potential_roles where tenant_id = ${tenantId} and identity_keys @> array[${key}::integer])`,
    await sql`
      update mining_sessions set scope = ${without(sql`scope`)}::jsonb, name = ${text(sql`name`)},
        error_message = ${text(sql`error_message`)},
        created_by_id = case when created_by_id = ${id} then ${erased} else created_by_id end,
        created_by_name = case when created_by_id = ${id} then ${erased} else ${text(sql`created_by_name`)} end,
        email_recipient_id = nullif(email_recipient_id, ${id})
      where tenant_id = ${tenantId}
        and (created_by_id = ${id} or email_recipient_id = ${id} or ${mentions(sql`scope`)}
        or ${isIn(sql`name`)} or ${isIn(sql`created_by_name`)} or ${isIn(sql`error_message`)})`,
    await sql`
      update potential_roles set name = ${text(sql`name`)}, description = ${text(sql`description`)},
        provision_error = ${text(sql`provision_error`)}, identity_distribution = ${without(sql`identity_distribution`)}::jsonb,
        attribute_values = array(select value from unnest(attribute_values) value where value <> all (${lowered}::text[])),
        explanation = ${without(sql`explanation`)}::jsonb, provision_request = ${without(sql`provision_request`)}::jsonb
      where tenant_id = ${tenantId} and (attribute_values && ${lowered}::text[] or ${mentions(sql`identity_distribution`)}
        or ${mentions(sql`explanation`)} or ${mentions(sql`provision_request`)} or ${isIn(sql`name`)}
        or ${isIn(sql`description`)} or ${isIn(sql`provision_error`)})`,
  ]
  return done.reduce((sum, { count }) => sum + count, 0)
}
