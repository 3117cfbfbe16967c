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
 * Erases a person from reviews: the ids of owners, deciders and reviewers, and names in texts and candidates. It needs the database login
 * of the schema's owner. A candidate with an erased part is marked, since it no longer has the hash in the ledger.
 */
export async function eraseFromReviews(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id } = person
  const without = (column: ReturnType<TenantSql>) => textWithoutPerson(sql, column, person)
  const mentions = (column: ReturnType<TenantSql>) => textMentionsPerson(sql, column, person)
  const inCandidate = mentionsPerson(sql, sql`candidate`, person)
  const done = [
    await sql`
      update reviews set display_name = ${without(sql`display_name`)}, note = ${without(sql`note`)},
        owner_id = case when owner_id = ${id} then ${erased} else owner_id end,
        closed_by = ${without(sql`closed_by`)}
      where tenant_id = ${tenantId} and (owner_id = ${id} or ${mentions(sql`closed_by`)} or ${mentions(sql`display_name`)}
        or ${mentions(sql`note`)})`,
    await sql`
      update review_items set candidate = case when ${inCandidate} then ${withoutPerson(sql, sql`candidate`, person)}::jsonb || '{"erased": true}'
          else candidate end, comment = ${without(sql`comment`)},
        result_message = ${without(sql`result_message`)},
        decided_by = ${without(sql`decided_by`)}
      where tenant_id = ${tenantId} and (${mentions(sql`decided_by`)} or ${inCandidate} or ${mentions(sql`comment`)}
        or ${mentions(sql`result_message`)})`,
    await sql`delete from review_reminders where tenant_id = ${tenantId} and reviewer_id = ${id}`,
    await sql`
      update review_comments set text = ${without(sql`text`)},
        author_id = case when author_id = ${id} then ${erased} else author_id end
      where tenant_id = ${tenantId} and (author_id = ${id} or ${mentions(sql`text`)})`,
    // No caller can decide as that person any more.
    await sql`delete from review_assignments where tenant_id = ${tenantId} and reviewer_id = ${id}`,
  ]
  return done.reduce((sum, { count }) => sum + count, 0)
}
