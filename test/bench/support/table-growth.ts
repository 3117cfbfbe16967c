import type { Sql } from '@assay/store'

/**
 * Tables that every use adds rows to, and what ends their growth. Any other table holds the present state, and has to be as large after
 * an hour of the same use as after a quarter of it.
 */
const histories: Readonly<Record<string, string>> = {
  ledger_entries: 'permanent: what was decided; a tenant erases values, not entries',
  ledger_values: 'as the entries',
  ledger_unsealed: 'sealed within a second',
  ledger_links: 'as the entries',
  ledger_heads: 'one for each seal',
  imports: 'one row for each load',
  import_files: 'as the imports',
  load_changes: 'one row for each load',
  readiness_reports: 'one row for each load',
  role_mining_runs: 'one row for each analysis',
  run_candidates: 'of each analysis',
  role_mining_suggestions: 'what an analysis found for the first time',
  custom_analyses: '90 days',
  population_minings: 'with their session',
  population_mining_roles: 'with their session',
  mining_sessions: '30 days after the last change, where they are not saved',
  potential_roles: 'with their session',
  staged_roles: 'with their session',
  call_counts: 'a window of time',
  used_assertions: 'the life of an assertion',
  api_clients: 'as many as people make',
  'pgboss.job': 'days after the end of a job',
  'pgboss.warning': 'days',
}

/** Rows of every table, counted; partitions as one. */
export async function tableRows(ownerSql: Sql): Promise<Map<string, number>> {
  const tables = await ownerSql<{ schema: string; name: string }[]>`
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('assay', 'pgboss') and c.relkind in ('r', 'p') and not c.relispartition order by 1, 2`
  const rows = new Map<string, number>()
  for (const { schema, name } of tables) {
    const [{ count }] =
      (await ownerSql`select count(*) as count from ${ownerSql(schema)}.${ownerSql(name)}`) as unknown as [
        { count: number },
      ]
    rows.set(schema === 'assay' ? name : `${schema}.${name}`, count)
  }
  return rows
}

/** One table that has more rows than before. */
interface Growth {
  readonly table: string
  readonly before: number
  readonly after: number
  /** What ends it; undefined: nothing is known to. */
  readonly boundedBy: string | undefined
}

/** So many rows more are no growth: two loads differ by that. */
const slackShare = 0.05
const slackRows = 20

export function growthOf(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Growth[] {
  return [...after].flatMap(([table, rows]) => {
    const earlier = before.get(table) ?? 0
    if (rows <= earlier + Math.max(slackRows, earlier * slackShare)) return []
    return [{ table, before: earlier, after: rows, boundedBy: histories[table] }]
  })
}
