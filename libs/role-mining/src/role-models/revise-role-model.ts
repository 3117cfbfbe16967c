import { randomUUID } from 'node:crypto'
import { failedPrecondition } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { roleModelQueue } from '../queues.ts'
import type { StoredSettings } from './role-model-request.ts'
import { getRoleModel, type RoleModelRecord } from './role-models.ts'
import { requireRoomForModel } from './start-role-model.ts'

/**
 * Has a worker bring an exact model to the access data in force. Written, with its job, in the caller's transaction; without
 * effect on a model that is being revised.
 * @throws not_found; failed_precondition for a model that has not completed, is not exact, or has constraints;
 * resource_exhausted when too many of the tenant's models are being mined
 */
export async function reviseRoleModel(
  sql: TenantSql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  modelId: string,
): Promise<RoleModelRecord> {
  const model = await getRoleModel(sql, modelId)
  requireExact(model)
  if (model.revising) return model
  await requireRoomForModel(sql)
  const { count } = await sql`
    update role_models set revising = true, progress = null, error_message = '' where id = ${model.id} and not revising`
  if (count === 0) return getRoleModel(sql, model.id)
  await recordEntry(sql, {
    kind: 'model.revise',
    subject: { type: 'model', id: model.id },
    before: { revision: model.revision, importId: model.importId },
  })
  // A job of the model may not have ended yet, although the model has.
  await jobs.enqueue(sql, roleModelQueue, { tenantId, modelId: model.id }, `${model.id}/${randomUUID()}`)
  return getRoleModel(sql, model.id)
}

function requireExact({ id, state, figures, settings }: RoleModelRecord): void {
  if (state !== 'completed') throw failedPrecondition(`the role model "${id}" is ${state}; only a completed one is revised`)
  if (hasConstraints(settings)) {
    throw failedPrecondition(`the role model "${id}" has constraints, which a revision does not hold to; mine another one`)
  }
  if (figures === null || figures.missing + figures.added > 0) {
    throw failedPrecondition(
      `the role model "${id}" does not give the access exactly (${figures?.missing} missing, ${figures?.added} added), so it cannot be revised; mine another one`,
    )
  }
}

function hasConstraints({ limits, forbiddenPairs, keptRoles }: StoredSettings): boolean {
  const isLimited = Object.values(limits).some((limit) => limit !== undefined && limit !== null)
  return isLimited || forbiddenPairs.length > 0 || keptRoles.length > 0
}
