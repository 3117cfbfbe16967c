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
 * Erases a person from the results of mining: names in suggestions, explanations, reports of runs and readiness. It needs the database
 * login of the schema's owner.
 */
export async function eraseFromMining(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id, key = -1, names } = person
  const without = (column: ReturnType<TenantSql>) => withoutPerson(sql, column, person)
  const mentions = (column: ReturnType<TenantSql>) => mentionsPerson(sql, column, person)
  const text = (column: ReturnType<TenantSql>) => textWithoutPerson(sql, column, person)
  const isIn = (column: ReturnType<TenantSql>) => textMentionsPerson(sql, column, person)
  const done = [
    await sql`
      update role_mining_suggestions set cohort_filters = ${without(sql`cohort_filters`)}::jsonb,
        insights = ${without(sql`insights`)}::jsonb, profile_matches = ${without(sql`profile_matches`)}::jsonb,
        suggested_name = ${text(sql`suggested_name`)},
        description = ${text(sql`description`)}, search_text = ${text(sql`search_text`)}
      where tenant_id = ${tenantId} and (${mentions(sql`cohort_filters`)} or ${mentions(sql`insights`)}
        or ${mentions(sql`profile_matches`)} or ${isIn(sql`suggested_name`)} or ${isIn(sql`description`)}
        or ${isIn(sql`search_text`)})`,
    await sql`
      update suggestion_dismissals set people = array_remove(people, ${key}::integer)
      where tenant_id = ${tenantId} and people @> array[${key}::integer]`,
    // Questions and their answers, which are stored for 30 days.
    await sql`
      delete from custom_analyses where tenant_id = ${tenantId} and (created_by = ${id}
        or ${mentions(sql`cohort_filters`)} or ${mentions(sql`findings`)})`,
    await sql`
      update role_models set error_message = ${text(sql`error_message`)},
        created_by = case when created_by = ${id} then ${erased} else created_by end
      where tenant_id = ${tenantId} and (created_by = ${id} or ${isIn(sql`error_message`)})`,
    await sql`
      update role_mining_runs set report = ${without(sql`report`)}::jsonb, error_message = ${text(sql`error_message`)},
        trigger_detail = case when trigger_detail = any (${[id, ...names]}::text[]) then ${erased}
          else ${without(sql`trigger_detail`)} end
      where tenant_id = ${tenantId} and (trigger_detail = any (${[id, ...names]}::text[]) or ${mentions(sql`report`)}
        or ${mentions(sql`trigger_detail`)} or ${isIn(sql`error_message`)})`,
    // Earlier data: candidates of former runs, and the changes of loads.
    await sql`
      update run_candidates set candidates = ${without(sql`candidates`)}::jsonb
      where tenant_id = ${tenantId} and ${mentions(sql`candidates`)}`,
    await sql`
      update load_changes set summary = ${without(sql`summary`)}::jsonb
      where tenant_id = ${tenantId} and ${mentions(sql`summary`)}`,
    await sql`update role_health_goals set set_by = ${erased} where tenant_id = ${tenantId} and set_by = ${id}`,
    await sql`
      update readiness_reports set report = ${without(sql`report`)}::jsonb, error_message = ${text(sql`error_message`)}
      where tenant_id = ${tenantId} and (${mentions(sql`report`)} or ${isIn(sql`error_message`)})`,
    await sql`
      update role_mining_configs set cohort_hints = ${without(sql`cohort_hints`)}::jsonb
      where tenant_id = ${tenantId} and ${mentions(sql`cohort_hints`)}`,
  ]
  return done.reduce((sum, { count }) => sum + count, 0)
}
