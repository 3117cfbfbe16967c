import { DomainError, failedPrecondition } from '@assay/errors'
import { cancelTenantWork, listTenantWork } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { roleModelQueue } from '../queues.ts'
import { failRoleModel, getRoleModel, type RoleModelRecord } from './role-models.ts'

const queues = { shown: [roleModelQueue.name], cancellable: [roleModelQueue.name] }
/** Many more than can be mined at a time. */
const mostJobs = 100

/**
 * Requests the end of the mining, in the caller's transaction. It has no effect on a model that has ended.
 * @throws not_found
 */
export async function cancelRoleModel(sql: TenantSql, tenantId: number, modelId: string): Promise<RoleModelRecord> {
  const { id, state, revising } = await getRoleModel(sql, modelId)
  if (state === 'running' || revising) {
    const { work } = await listTenantWork(sql, tenantId, queues.shown, { size: mostJobs })
    let isAsked = false
    // An earlier job of the model may not have ended yet, although its work has.
    for (const job of work) if (job.about.modelId === id && (await isCancelled(sql, tenantId, job.id))) isAsked = true
    // Without a job, nothing else would end the model.
    if (!isAsked) await failRoleModel(sql, id, 'The role model was cancelled.')
    await recordEntry(sql, { kind: 'model.cancel', subject: { type: 'model', id } })
  }
  return getRoleModel(sql, id)
}

/** False for a job that has ended since it was listed. */
async function isCancelled(sql: TenantSql, tenantId: number, jobId: string): Promise<boolean> {
  try {
    await cancelTenantWork(sql, tenantId, jobId, queues)
    return true
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'not_found') return false
    throw error
  }
}

/** Deletes a model with its roles. @throws not_found; failed_precondition for one that is being mined */
export async function deleteRoleModel(sql: TenantSql, modelId: string): Promise<void> {
  const { id, state, figures } = await getRoleModel(sql, modelId)
  const deleted =
    await sql`delete from role_models where id = ${id} and state <> 'running' and not revising returning id`
  if (deleted.length === 0)
    throw failedPrecondition(`the role model "${id}" is being mined; cancel it, and delete it once it has ended`)
  await recordEntry(sql, {
    kind: 'model.delete',
    subject: { type: 'model', id },
    before: { state, roles: figures?.roles ?? 0 },
  })
}
