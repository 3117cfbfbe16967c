import { DomainError } from '@assay/errors'
import { inTenant, type Sql } from '@assay/store'
import { archiveOf } from './archive.ts'
import type { ArchiveStore } from './archive-store.ts'
import { planExport } from './export-plan.ts'
import { exportColumns, type PotentialRoleExport } from './export-records.ts'

export interface ExportTools {
  readonly sql: Sql
  readonly archives: ArchiveStore
}

interface ExportJob {
  readonly tenantId: number
  readonly exportId: string
}

/**
 * Writes one export. Safe to run again: one that has ended stays as it is, and a broken one is begun anew. Throws what may
 * pass; when the signal is aborted the export stays unfinished, for the next worker.
 */
export async function runExport(
  tools: ExportTools,
  { tenantId, exportId }: ExportJob,
  signal: AbortSignal,
): Promise<void> {
  const { sql, archives } = tools
  const within = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(sql, tenantId, work)
  const wanted = await within(async (scoped) => {
    const [found] = await scoped<PotentialRoleExport[]>`
      update potential_role_exports export set state = 'IN_PROGRESS'
      where id = ${exportId} and state in ('QUEUED', 'IN_PROGRESS') returning ${exportColumns(scoped)}`
    return found
  })
  if (wanted === undefined) return
  try {
    const plan = await within((scoped) => planExport(scoped, { id: wanted.potentialRoleId }, wanted))
    const archive = archiveOf(within, plan)
    const stop = () => archive.destroy(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    const { objectKey, sizeBytes } = await archives.put(tenantId, exportId, archive).finally(() => {
      signal.removeEventListener('abort', stop)
    })
    signal.throwIfAborted()
    await within(
      (scoped) => scoped`
      update potential_role_exports set state = 'SUCCESS', object_key = ${objectKey}, size_bytes = ${sizeBytes}
      where id = ${exportId} and state = 'IN_PROGRESS'`,
    )
  } catch (error) {
    // The role went with its session or in a calculation; nobody finds the export any more, and it will expire.
    if (error instanceof DomainError && error.kind === 'not_found') return
    throw error
  }
}

/** Ends an export that cannot be written. */
export async function giveUpExport(
  { sql }: ExportTools,
  { tenantId, exportId }: ExportJob,
  why: string,
): Promise<void> {
  await inTenant(
    sql,
    tenantId,
    (scoped) => scoped`
    update potential_role_exports set state = 'ERROR', error_message = ${why}
    where id = ${exportId} and state in ('QUEUED', 'IN_PROGRESS')`,
  )
}
