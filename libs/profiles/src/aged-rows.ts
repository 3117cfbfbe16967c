import type { AgedRows } from '@assay/store'

/**
 * Tasks that are decided and that no rule asks for any more, and what came of tasks that ended before their caller was answered.
 * @param days 0: they stay
 */
export function agedTasks(days: { readonly tasks: number; readonly outcomes: number }): AgedRows[] {
  return [
    {
      table: 'access_profile_tasks',
      days: days.tasks,
      since: (sql) => sql`old.resolved_at`,
      when: (sql) => sql`old.state <> 'pending' and not old.in_force`,
    },
    { table: 'finished_tasks', days: days.outcomes, since: (sql) => sql`old.created_at` },
  ]
}
