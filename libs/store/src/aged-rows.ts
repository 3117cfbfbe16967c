import { DomainError } from '@assay/errors'
import type { Fragment, Sql, TenantSql } from './handles.ts'
import { inTenant } from './tenant-scope.ts'

/** A rule by which rows of a table are removed when they are old enough. */
export interface AgedRows {
  readonly table: string
  /** The age in days at which rows are removed; 0 keeps them. */
  readonly days: number
  /** The time from which the age of a row of `old` counts, in SQL. */
  readonly since: (sql: TenantSql) => Fragment
  /** Which rows of `old` may be removed, in SQL; default: all. Rows to which others refer are never removed. */
  readonly when?: (sql: TenantSql) => Fragment
  /** The most rows of one transaction, for tables of which each row has many dependent rows. */
  readonly most?: number
}

interface RemovalOptions {
  /** The most rows of one transaction; default 500. Dependent rows come in addition. */
  readonly most?: number
  /** When it is aborted, the rest is left for the next time. */
  readonly signal?: AbortSignal
  readonly onRemoved?: (table: string, rows: number) => void
}

const usualMost = 500
/** The longest wait for a locked row, which is otherwise left for the next time. */
const lockMs = 2_000

/**
 * Removes the rows that are older than their rules allow, of all tenants. Each piece is a separate transaction, and the tenants take turns,
 * so that none waits for the one with the most rows.
 * @throws the first error, after the rest was done; a locked row is no error
 */
export async function removeAgedRows(
  sql: Sql,
  rules: readonly AgedRows[],
  options: RemovalOptions = {},
): Promise<void> {
  const { most = usualMost, signal, onRemoved } = options
  const faults: unknown[] = []
  const inForce: RuleInForce[] = []
  for (const rule of rules.filter(({ days }) => days > 0))
    inForce.push({ rule, references: await referencesTo(sql, rule.table) })
  const tenants = await sql<{ id: number }[]>`select tenants_in_order() as id`
  let turns = tenants.map(({ id }) => ({ id, left: inForce }))
  while (turns.length > 0) {
    for (const turn of turns) {
      const [next, ...others] = turn.left
      if (next === undefined) continue
      signal?.throwIfAborted()
      try {
        const piece = Math.min(most, next.rule.most ?? most)
        const count = await removePiece(sql, turn.id, next, piece)
        if (count > 0) onRemoved?.(next.rule.table, count)
        if (count < piece) turn.left = others
      } catch (error) {
        // The tenant's other tables and the other tenants are still processed.
        turn.left = others
        if (!(error instanceof DomainError && error.kind === 'aborted')) faults.push(error)
      }
    }
    turns = turns.filter(({ left }) => left.length > 0)
  }
  if (faults.length > 0) throw faults[0]
}

interface RuleInForce {
  readonly rule: AgedRows
  readonly references: readonly Reference[]
}

async function removePiece(
  sql: Sql,
  tenantId: number,
  { rule, references }: RuleInForce,
  most: number,
): Promise<number> {
  const { count } = await inTenant(sql, tenantId, async (scoped) => {
    await scoped`select set_config('lock_timeout', ${String(lockMs)}, true)`
    return scoped`
      delete from ${scoped(rule.table)} where ctid = any (array(
        select old.ctid from ${scoped(rule.table)} old
        where old.tenant_id = ${tenantId} and ${isDue(scoped, rule, rule.days, references)} limit ${most}))`
  })
  return count
}

/** A table with old rows that were not removed. */
interface OverdueTable {
  readonly table: string
  readonly days: number
  /** Counted up to 10,001. */
  readonly rows: number
}

/**
 * Tables with rows that should have been removed more than `graceDays` ago, read as the owner of the database: no process removes them, or
 * the processes are too slow. Rows of a tenant that is being deleted do not count, since they are removed with it.
 */
export async function overdueTables(ownerSql: Sql, rules: readonly AgedRows[], graceDays = 2): Promise<OverdueTable[]> {
  const overdue: OverdueTable[] = []
  // Fragments are the same inside and outside of a transaction.
  const tag = ownerSql as unknown as TenantSql
  for (const rule of rules.filter(({ days }) => days > 0)) {
    const references = await referencesTo(ownerSql, rule.table)
    const [row] = await ownerSql<{ rows: number }[]>`
      select count(*)::integer as rows from (
        select from ${ownerSql(rule.table)} old where old.tenant_id in (select tenants_in_order())
          and ${isDue(tag, rule, rule.days + graceDays, references)} limit 10001) due`
    const rows = row?.rows ?? 0
    if (rows > 0) overdue.push({ table: rule.table, days: rule.days, rows })
  }
  return overdue
}

/** Bytes of each table with its indexes and partitions, by name. */
export async function tableBytes(sql: Sql): Promise<{ readonly table: string; readonly bytes: number }[]> {
  return await sql<{ table: string; bytes: number }[]>`
    select coalesce(pg_partition_root(c.oid), c.oid)::regclass::text as table,
      sum(coalesce(pg_total_relation_size(c.oid), 0))::float8 as bytes
    from pg_class c where c.relnamespace in (current_setting('search_path')::regnamespace, to_regnamespace('pgboss'))
      and c.relkind in ('r', 'p')
    group by 1 order by 1`
}

function isDue(sql: TenantSql, { since, when }: AgedRows, days: number, references: readonly Reference[]): Fragment {
  const unreferenced = references.reduce(
    (before, { table, columns, of }) => sql`${before}
      and not exists (select from ${sql(table)} reference
        where (${listed(sql, 'reference', columns)}) = (${listed(sql, 'old', of)}))`,
    sql``,
  )
  return sql`${since(sql)} < now() - make_interval(days => ${days}) and ${when?.(sql) ?? sql`true`} ${unreferenced}`
}

function listed(sql: TenantSql, alias: string, columns: readonly string[]): Fragment {
  const [first = '', ...others] = columns.map((column) => `${alias}.${column}`)
  return others.reduce((before, column) => sql`${before}, ${sql(column)}`, sql`${sql(first)}`)
}

/** A foreign key that would prevent the removal of a row. */
interface Reference {
  readonly table: string
  readonly columns: readonly string[]
  readonly of: readonly string[]
}

async function referencesTo(sql: Sql, table: string): Promise<Reference[]> {
  const names = (from: string, key: string) => sql`
    array(select a.attname::text from unnest(${sql(`k.${key}`)}) with ordinality as part (number, place)
      join pg_attribute a on a.attrelid = ${sql(`k.${from}`)} and a.attnum = part.number order by part.place)`
  return await sql<Reference[]>`
    select k.conrelid::regclass::text as table, ${names('conrelid', 'conkey')} as columns, ${names('confrelid', 'confkey')} as of
    from pg_constraint k
    where k.contype = 'f' and k.confrelid = to_regclass(${table}) and k.confdeltype in ('a', 'r') and k.conparentid = 0
    order by 1`
}
