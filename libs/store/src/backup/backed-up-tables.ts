import type { TenantSql } from '../handles.ts'
import { schemaName } from '../login-check.ts'
import type { BackupTable } from './backup-frames.ts'

/** Tables that are not in a backup: `migrate` or each process fills them again. */
const leftOut: ReadonlySet<string> = new Set([
  `${schemaName}.schema_migrations`,
  `${schemaName}.write_checks`,
  'pgboss.version',
  'pgboss.queue_stats',
  'pgboss.warning',
  'pgboss.bam',
])

interface TableRow extends BackupTable {
  readonly hasTenant: boolean
  readonly refersTo: readonly string[]
}

/** A table, and whether its rows have a tenant id. */
export interface BackedUpTable extends BackupTable {
  readonly hasTenant: boolean
}

/** All tables of a backup, each after those to which it refers; otherwise in the order of names. */
export async function backedUpTables(sql: TenantSql): Promise<BackedUpTable[]> {
  const rows = await sql<TableRow[]>`
    select n.nspname as schema, c.relname as name,
      array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as "hasTenant",
      array(select format('%s.%s', fn.nspname, f.relname) from pg_constraint k
        join pg_class f on f.oid = k.confrelid join pg_namespace fn on fn.oid = f.relnamespace
        where k.contype = 'f' and k.conrelid = c.oid and k.confrelid <> c.oid) as "refersTo"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in (${schemaName}, 'pgboss') and c.relkind in ('r', 'p') and not c.relispartition
      -- What a migration did not make is a partition that is not attached yet: the work that fills it begins again.
      and not (n.nspname = ${schemaName} and c.relname ~ '_[0-9]+$')
    order by 1, 2`
  const waiting = rows.filter(({ schema, name }) => !leftOut.has(`${schema}.${name}`))
  const wanted = new Set(waiting.map(nameOf))
  const placed = new Set<string>()
  const ordered: TableRow[] = []
  while (waiting.length > 0) {
    const place = waiting.findIndex(({ refersTo }) => refersTo.every((name) => placed.has(name) || !wanted.has(name)))
    const [next] = waiting.splice(Math.max(0, place), 1)
    if (place < 0 || next === undefined)
      throw new Error(`tables refer to each other in a circle: ${waiting.map(nameOf)}`)
    placed.add(nameOf(next))
    ordered.push(next)
  }
  return ordered.map(({ schema, name, columns, hasTenant }) => ({ schema, name, columns, hasTenant }))
}

function nameOf({ schema, name }: BackupTable): string {
  return `${schema}.${name}`
}
