import type { AgedRows } from '@assay/store'
import { isWorkedOn } from './calculations/settle-roles.ts'

/**
 * Unsaved sessions of people by their last change, with their potential roles. Their exports can no longer be read then. A
 * session stays if somebody worked on one of its roles. It stays for the same number of days after somebody dismissed one of
 * its roles, because a dismissal can be undone.
 * @param days 0: sessions are never removed
 */
export function agedSessions(days: number): AgedRows[] {
  return [
    {
      table: 'mining_sessions',
      days,
      since: (sql) => sql`old.modified_at`,
      most: 20,
      when: (sql) => sql`not old.saved and old.scoping_method = 'MANUAL'
        and not exists (select from potential_roles role
          where role.tenant_id = old.tenant_id and role.session_id = old.id
            and (${isWorkedOn(sql)} or role.dismissed_at > now() - make_interval(days => ${days})))`,
    },
  ]
}
