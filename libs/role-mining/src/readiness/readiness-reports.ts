import { importInForce, importKeyOf } from '@assay/directory'
import { failedPrecondition, notFound } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import { asJson, type TenantSql } from '@assay/store'
import { readinessQueue } from '../queues.ts'
import type { ReadinessReport } from './readiness-report.ts'

/** The number of reports that a tenant keeps, the newest ones. */
const keptReports = 20

export type ReadinessState = 'measuring' | 'measured' | 'failed'

/** The state of an import's readiness, with its report. */
export interface StoredReadiness {
  readonly importId: string
  readonly state: ReadinessState
  /** The reason why the readiness could not be measured; empty otherwise. */
  readonly errorMessage: string
  readonly measuredAt: Date | undefined
  /** Undefined until the readiness is measured. */
  readonly report: ReadinessReport | undefined
  /** The newest measured readiness of an earlier import. */
  readonly previous: { readonly importId: string; readonly report: ReadinessReport } | undefined
}

interface ReportRow {
  importId: number
  state: ReadinessState
  errorMessage: string
  measuredAt: Date | null
  report: ReadinessReport | null
}

/** Queues the measurement of an import's data, in the caller's transaction. Calling it twice has the same effect as calling it once. */
export async function queueReadiness(
  sql: TenantSql,
  { enqueue }: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  importId: string,
): Promise<void> {
  const { count } = await sql`
    insert into readiness_reports (tenant_id, import_id) values (${tenantId}, ${importId}) on conflict do nothing`
  if (count > 0) await enqueue(sql, readinessQueue, { tenantId, importId }, importId)
}

/**
 * The readiness of the import in force, or of an earlier import whose report is stored. Data in force that an earlier version loaded are
 * measured at the first call.
 * @param wanted the id of an import; empty for the import in force
 * @throws failed_precondition before the first import; not_found
 */
export async function getReadiness(
  sql: TenantSql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  wanted = '',
): Promise<StoredReadiness> {
  const [inForce] = await sql<{ id: number | null }[]>`select ${importInForce(sql)} as id`
  if (inForce?.id == null) throw failedPrecondition('There is no access data to measure yet; commit an import first.')
  const importId = String(wanted === '' ? inForce.id : importKeyOf(wanted))
  if (importId === String(inForce.id)) await queueReadiness(sql, jobs, tenantId, importId)
  const [now, before] = await sql<ReportRow[]>`
    select import_id as "importId", state, error_message as "errorMessage", measured_at as "measuredAt", report
    from readiness_reports
    where import_id = ${importId} or (import_id < ${importId} and state = 'measured')
    order by import_id desc limit 2`
  if (String(now?.importId) !== importId || now === undefined) throw notFound('readiness of import', importId)
  return {
    importId,
    state: now.state,
    errorMessage: now.errorMessage,
    measuredAt: now.measuredAt ?? undefined,
    report: now.report ?? undefined,
    previous: before?.report ? { importId: String(before.importId), report: before.report } : undefined,
  }
}

/** Whether the readiness of an import is still to be measured. */
export async function isMeasuring(sql: TenantSql, importId: string): Promise<boolean> {
  const [row] = await sql`select from readiness_reports where import_id = ${importId} and state = 'measuring'`
  return row !== undefined
}

/** Stores a report and removes the oldest reports of the tenant. */
export async function completeReadiness(sql: TenantSql, importId: string, report: ReadinessReport): Promise<void> {
  await sql`
    update readiness_reports set state = 'measured', report = ${asJson(sql, report)}, measured_at = now()
    where import_id = ${importId} and state = 'measuring'`
  await sql`
    delete from readiness_reports
    where import_id in (select import_id from readiness_reports order by import_id desc offset ${keptReports})`
}

export async function failReadiness(sql: TenantSql, importId: string, message: string): Promise<void> {
  await sql`
    update readiness_reports set state = 'failed', error_message = ${message}
    where import_id = ${importId} and state = 'measuring'`
}

/** Removes the queued measurement of an import that another import has replaced meanwhile. */
export async function forgetReadiness(sql: TenantSql, importId: string): Promise<void> {
  await sql`delete from readiness_reports where import_id = ${importId} and state = 'measuring'`
}
