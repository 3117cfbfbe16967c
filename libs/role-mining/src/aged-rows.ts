import type { AgedRows } from '@assay/store'

/** Calculations create these rows and read them within minutes. */
const miningDays = 2

/**
 * The rows of runs, dismissals, analyses and models that are removed by age.
 * @param days the age in days of runs, of dismissals, and of custom analyses and role models; 0: they are never removed
 */
export function agedMining(days: {
  readonly runs: number
  readonly dismissals: number
  readonly analyses: number
}): AgedRows[] {
  return [
    {
      table: 'suggestion_dismissals',
      days: days.dismissals,
      // A dismissal with an end holds until then, however late that is. `greatest` ignores null.
      since: (sql) => sql`greatest(old.decided_at, old.ends_at)`,
    },
    {
      table: 'role_mining_suggestions',
      days: days.dismissals,
      since: (sql) => sql`old.updated_at`,
      // A dismissed suggestion stays as long as its dismissal.
      when: (sql) => sql`old.state = 'dismissed' and not exists (select from suggestion_dismissals dismissal
        where dismissal.tenant_id = old.tenant_id and dismissal.suggestion_id = old.id)`,
    },
    {
      table: 'role_mining_runs',
      days: days.runs,
      since: (sql) => sql`old.created_at`,
      // The newest run, runs with suggestions, and runs that can be compared stay.
      when: (sql) => sql`old.status in ('completed', 'failed')
        and not exists (select from role_mining_suggestions found where found.tenant_id = old.tenant_id and found.run_id = old.id)
        and not exists (select from run_candidates found where found.tenant_id = old.tenant_id and found.run_id = old.id)
        and exists (select from role_mining_runs later
          where later.tenant_id = old.tenant_id and later.status = 'completed' and later.created_at > old.created_at)`,
    },
    {
      table: 'custom_analyses',
      days: days.analyses,
      since: (sql) => sql`old.created_at`,
      when: (sql) => sql`old.status <> 'running'`,
    },
    {
      table: 'role_models',
      days: days.analyses,
      since: (sql) => sql`old.created_at`,
      most: 20,
      when: (sql) => sql`not old.follows and old.state <> 'running' and not old.revising`,
    },
    { table: 'population_minings', days: miningDays, since: (sql) => sql`old.created_at`, most: 50 },
  ]
}
