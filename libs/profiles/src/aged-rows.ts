import type { AgedRows } from '@assay/store'

/**
 * The rows to remove by age: tasks that are decided or withdrawn and that no rule requires any more, and finished tasks. Two kinds of tasks
 * stay: the approved request of a present member (`isByRequest`), and the newest decision of each profile, which marks the profile as
 * changed (`untouchedProfile`).
 * @param days the age in days; 0: they are never removed
 */
export function agedTasks(days: { readonly tasks: number; readonly outcomes: number }): AgedRows[] {
  return [
    {
      table: 'access_profile_tasks',
      days: days.tasks,
      // A withdrawn task has no time of its end.
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
