import { randomUUID } from 'node:crypto'
import { applicationKeys, knownAttributes } from '@assay/directory'
import { invalidArgument, listed } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import { checkAccessScope } from '@assay/profiles'
import { asJson, type TenantSql } from '@assay/store'
import { checkFilters } from './cohort-filters.ts'
import type { CustomAnalysisSubject } from './custom-analyses.ts'
import { customAnalysisQueue } from './queues.ts'

const mostApplications = 1000

/**
 * Starts an analysis of one cohort and returns its id at once. It replaces a running analysis of the same caller. The analysis and its job
 * are written in the caller's transaction.
 * @throws invalid_argument without filter and scope, and for names of what does not exist
 */
export async function triggerCustomAnalysis(
  sql: TenantSql,
  jobs: Jobs,
  tenantId: number,
  createdBy: string,
  subject: CustomAnalysisSubject,
): Promise<string> {
  const { accessScope } = subject
  if (subject.filters.length === 0 && accessScope === undefined)
    throw invalidArgument('cohort_filters', 'give at least one filter, or an access_scope: they define the cohort')
  const filters = checkFilters('cohort_filters', subject.filters, await knownAttributes(sql))
  if (accessScope !== undefined) await checkAccessScope(sql, 'access_scope', accessScope)
  const resourceScope = [...new Set(subject.resourceScope)]
  await checkApplications(sql, resourceScope)

  const id = randomUUID()
  await sql`
    insert into custom_analyses (tenant_id, id, created_by, cohort_filters, access_scope, resource_scope)
    values (${tenantId}, ${id}, ${createdBy}, ${asJson(sql, filters)},
      ${accessScope === undefined ? null : asJson(sql, accessScope)}, ${resourceScope})`
  const replaced = await sql<{ id: string }[]>`
    update custom_analyses set status = 'failed', terminal_reason = 'superseded', superseded_by = ${id},
      error_message = 'A newer analysis by the same caller replaced this one.', updated_at = now(), completed_at = now()
    where created_by = ${createdBy} and status = 'running' and id <> ${id}
    returning id`
  for (const { id } of replaced) await jobs.cancel(sql, customAnalysisQueue, id)
  await jobs.enqueue(sql, customAnalysisQueue, { tenantId, analysisId: id }, id)
  return id
}

async function checkApplications(sql: TenantSql, ids: readonly string[]): Promise<void> {
  if (ids.length > mostApplications)
    throw invalidArgument('application_ids', `at most ${mostApplications} applications, not ${ids.length}`)
  if (ids.length === 0) return
  const known = await applicationKeys(sql, ids)
  const unknown = ids.filter((id) => !known.has(id))
  if (unknown.length > 0)
    throw invalidArgument(
      'application_ids',
      `unknown application${unknown.length > 1 ? 's' : ''} ${listed(unknown.map((id) => `"${id}"`))}`,
    )
}
