import type { AgedRows } from '@assay/store'

/**
 * Tasks that are decided or withdrawn and that no rule asks for any more, and what came of tasks that ended before their caller was
 * answered. Two kinds of tasks stay: the request by which somebody is a member (`isByRequest`), and the newest decision of each
 * profile, by which it counts as changed (`untouchedProfile`).
 * @param days 0: they stay
 */
export function agedTasks(days: { readonly tasks: number; readonly outcomes: number }): AgedRows[] {
  return [
    {
      table: 'access_profile_tasks',
      days: days.tasks,
      // One that was withdrawn has no time of its end.
      since: (sql) => sql`coalesce(old.resolved_at, old.created_at)`,
      when: (sql) => sql`old.state <> 'pending' and not old.in_force
        and not (old.kind = 'enrol' and old.state = 'approved' and exists (
          select from access_profile_members member where member.tenant_id = old.tenant_id
            and member.profile_id = old.profile_id and member.identity_key = old.identity_key))
        and old.id not in (
          select distinct on (tenant_id, profile_id) id from access_profile_tasks where resolved_at is not null
          order by tenant_id, profile_id, resolved_at desc, id)`,
    },
    { table: 'finished_tasks', days: days.outcomes, since: (sql) => sql`old.created_at` },
  ]
}
