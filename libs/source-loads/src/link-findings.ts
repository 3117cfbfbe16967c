import type { TenantSql } from '@assay/store'
import type { OrphanReason } from './orphans.ts'

/** The number of orphans of one kind, and at most three examples. */
interface LinkFinding {
  readonly count: number
  readonly examples: readonly string[]
}

/** Accounts and holders of the composition in force whose identity is not clear, for the readiness of the data. */
export async function linkFindings(sql: TenantSql): Promise<Readonly<Record<OrphanReason, LinkFinding>>> {
  const rows = await sql<{ reason: OrphanReason; count: number; examples: string[] }[]>`
    select reason, count(*)::integer as count,
      (array_agg(concat_ws(' ', nullif(application, ''), value)
        || case when candidates = '{}' then '' else ' (' || array_to_string(candidates[1:3], ' or ') || ')' end
        order by id))[1:3] as examples
    from source_orphans group by reason`
  const of = (reason: OrphanReason) => rows.find((row) => row.reason === reason) ?? { count: 0, examples: [] }
  return { none: of('none'), ambiguous: of('ambiguous'), conflict: of('conflict') }
}
