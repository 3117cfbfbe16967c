import type { Sql } from '@assay/store'
import { agedTables, boundedTables } from '../../architecture/table-bounds.ts'

/** Tables that grow with the same use for longer than a soak lasts; `table-bounds.ts` says what removes their rows. */
const histories: ReadonlySet<string> = new Set([
  ...['ledger_entries', 'ledger_values', 'ledger_unsealed', 'ledger_links', 'ledger_heads'],
  ...['import_files', 'load_changes', 'readiness_reports', 'role_health', 'run_candidates'],
  ...['population_mining_roles', 'potential_roles', 'staged_roles', 'api_clients'],
])

/** Rows that the queue removes itself. */
const ofQueue: Readonly<Record<string, string>> = {
  'pgboss.job': 'days after the end of a job',
  'pgboss.warning': 'days',
}

/** The rule that limits the growth of a table; undefined for a table with present state, which must not grow during the soak. */
function boundOf(table: string): string | undefined {
  return agedTables[table]?.age ?? ofQueue[table] ?? (histories.has(table) ? boundedTables[table] : undefined)
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
  /** The rule that limits it; undefined when no rule is known. */
  readonly boundedBy: string | undefined
}

/** This share of additional rows is no growth, because two loads differ by that. */
const slackShare = 0.05
const slackRows = 20

export function growthOf(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Growth[] {
  return [...after].flatMap(([table, rows]) => {
    const earlier = before.get(table) ?? 0
    if (rows <= earlier + Math.max(slackRows, earlier * slackShare)) return []
    return [{ table, before: earlier, after: rows, boundedBy: boundOf(table) }]
  })
}
