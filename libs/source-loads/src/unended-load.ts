import type { TenantSql } from '@assay/store'
import type { Load } from './load.ts'
import { selectLoad } from './load-rows.ts'

/** The load of a source that has not ended, of which there is one at most. */
export async function unendedLoad(sql: TenantSql, sourceKey: number): Promise<Load | undefined> {
  const [row] = await sql<{ id: number }[]>`
    select id from source_loads
    where source_id = ${sourceKey} and state in ('open', 'reading', 'staged', 'awaiting_confirmation') order by id limit 1`
  return row && selectLoad(sql, row.id)
}
