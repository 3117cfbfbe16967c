import { failedPrecondition } from '@assay/errors'
import { cancelTenantWork, listTenantWork } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { roleModelQueue } from '../queues.ts'
import { failRoleModel, getRoleModel, type RoleModelRecord } from './role-models.ts'

const queues = { shown: [roleModelQueue.name], cancellable: [roleModelQueue.name] }
/** Far more than may be mined at a time. */
const mostJobs = 100

/**
 * Asks for the end of the mining, in the caller's transaction; without effect on a model that has ended.
 * @throws not_found
 */
export async function cancelRoleModel(sql: TenantSql, tenantId: number, modelId: string): Promise<RoleModelRecord> {
  const { id, state, revising } = await getRoleModel(sql, modelId)
  if (state === 'running' || revising) {
    const { work } = await listTenantWork(sql, tenantId, queues.shown, { size: mostJobs })
    const job = work.find(({ about }) => about.modelId === id)
    if (job !== undefined) await cancelTenantWork(sql, tenantId, job.id, queues)
    // Nothing else would end it.
    else await failRoleModel(sql, id, 'The role model was cancelled.')
    await recordEntry(sql, { kind: 'model.cancel', subject: { type: 'model', id } })
  }
  return getRoleModel(sql, id)
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
