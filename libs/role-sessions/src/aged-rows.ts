import type { AgedRows } from '@assay/store'
import { isWorkedOn } from './calculations/settle-roles.ts'

/**
 * Sessions that somebody made and never saved, by their last change, with their potential roles; exports of these can be read no longer.
 * One with a role that somebody worked on stays, and for so many days one with a role that somebody dismissed, which can be undone.
 * @param days 0: they stay
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
