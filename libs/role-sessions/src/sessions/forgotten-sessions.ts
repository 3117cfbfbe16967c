import type { TenantSql } from '@assay/store'
import { isWorkedOn } from '../calculations/settle-roles.ts'

const keptDays = 30

/**
 * Removes sessions that somebody made and never saved, 30 days after their last change, with their potential roles; exports
 * of these can be read no longer. One with a role that somebody worked on stays.
 */
export async function removeForgottenSessions(sql: TenantSql): Promise<void> {
  await sql`
    delete from mining_sessions session
    where not saved and scoping_method = 'MANUAL' and modified_at < now() - make_interval(days => ${keptDays})
      and not exists (select from potential_roles role
        where role.tenant_id = session.tenant_id and role.session_id = session.id and ${isWorkedOn(sql)})`
}
