import { inTenant, type Sql } from '@assay/store'
import { selectLoad } from '../load-rows.ts'
import { loadContent } from '../stored-content.ts'
import type { ChangeLines } from './change-lines.ts'

/** The change sets of a load, then its files by name: the order in which changes are applied. */
export async function changesOf(
  sql: Sql,
  tenantId: number,
  loadKey: number,
): Promise<{ readonly lines: readonly ChangeLines[]; readonly changeSets: number }> {
  return inTenant(sql, tenantId, async (scoped) => {
    const sets = await scoped<{ id: number; request_id: string }[]>`
      select id::float8 as id, request_id from source_change_sets where load_id = ${loadKey} order by source_change_sets.id`
    const { files } = await selectLoad(scoped, loadKey)
    const lines = [
      ...sets.map(({ id, request_id }) => ({
        name: `change set ${request_id}`,
        open: () => storedChanges(sql, tenantId, id),
      })),
      ...files.map(({ name }) => ({ name, open: () => loadContent(sql, tenantId, loadKey, name) })),
    ]
    return { lines, changeSets: sets.length }
  })
}

async function* storedChanges(sql: Sql, tenantId: number, id: number): AsyncGenerator<Uint8Array> {
  const [row] = await inTenant(
    sql,
    tenantId,
    (scoped) => scoped<{ changes: string | null }[]>`select changes from source_change_sets where id = ${id}`,
  )
  yield Buffer.from(row?.changes ?? '')
}
