import { defineWork } from '@assay/jobs'
import { inTenant, type Sql } from '@assay/store'
import { exportQueue } from '../queues.ts'
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

interface ExportTask extends ExportJob {
  readonly wanted: PotentialRoleExport
}

/**
 * The job that writes an archive. It skips an export whose role was deleted with its session or by a calculation: clients
 * cannot find this export any more, and it will expire.
 */
export function exportWork({ sql, archives }: ExportTools) {
  return defineWork<ExportJob, ExportTask>({
    queue: exportQueue,
    title: 'The export',
    longestMs: 30 * 60_000,
    takeUp: async ({ tenantId, exportId }) => {
      const [wanted] = await inTenant(
        sql,
        tenantId,
        (scoped) => scoped<PotentialRoleExport[]>`
        update potential_role_exports export set state = 'IN_PROGRESS'
        where id = ${exportId} and state in ('QUEUED', 'IN_PROGRESS')
          and exists (select from potential_roles role where role.id = export.potential_role_id)
        returning ${exportColumns(scoped)}`,
      )
      return wanted && { tenantId, exportId, wanted }
    },
    run: async ({ tenantId, exportId, wanted }, { signal }) => {
      const within = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(sql, tenantId, work)
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
    },
    fail: ({ tenantId, exportId }, message) =>
      inTenant(sql, tenantId, async (scoped) => {
        await scoped`
          update potential_role_exports set state = 'ERROR', error_message = ${message}
          where id = ${exportId} and state in ('QUEUED', 'IN_PROGRESS')`
      }),
  })
}
