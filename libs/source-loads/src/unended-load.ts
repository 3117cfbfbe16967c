import { aborted, type DomainError } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { Load, LoadState } from './load.ts'
import { selectLoad } from './load-rows.ts'

export const unended: readonly LoadState[] = ['open', 'reading', 'staged', 'awaiting_confirmation']

/** The unfinished load of a source; there is at most one. */
export async function unendedLoad(sql: TenantSql, sourceKey: number): Promise<Load | undefined> {
  const [row] = await sql<{ id: number }[]>`
    select id from source_loads
    where source_id = ${sourceKey} and state in ${sql(unended)} order by id limit 1`
  return row && selectLoad(sql, row.id)
}

/** @param retryAfterMs when it ends without a request */
export function loadInProgress({ id, source, createdBy, state }: Load, retryAfterMs?: number): DomainError {
  return aborted(
    `load "${id}" of the source "${source}", created by ${createdBy}, is still ${state.replace('_', ' ')}; commit, confirm or abort it before you begin another`,
    {
      reason: 'LOAD_IN_PROGRESS',
      metadata: { loadId: id },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  )
}
