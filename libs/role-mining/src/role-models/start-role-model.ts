import { randomUUID } from 'node:crypto'
import { resourceExhausted } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import { asJson, onlyRow, type TenantSql } from '@assay/store'
import { roleModelQueue } from '../queues.ts'
import { type RoleModelRequest, settingsOf } from './role-model-request.ts'
import { getRoleModel, type RoleModelRecord } from './role-models.ts'

/** Prevents that one tenant fills the queue for hours. */
const mostRunning = 5

/**
 * Starts to mine a role model. The model and its job are written in the caller's transaction.
 * @throws invalid_argument for settings out of their limits and for names of what does not exist; resource_exhausted when too many of the
 * tenant's models are being mined
 */
export async function startRoleModel(
  sql: TenantSql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  createdBy: string,
  request: RoleModelRequest,
): Promise<RoleModelRecord> {
  const settings = await settingsOf(sql, request)
  await requireRoomForModel(sql)
  const id = randomUUID()
  await sql`
    insert into role_models (tenant_id, id, created_by, settings)
    values (${tenantId}, ${id}, ${createdBy}, ${asJson(sql, settings)})`
  await recordEntry(sql, { kind: 'model.ask', subject: { type: 'model', id }, after: settings })
  await jobs.enqueue(sql, roleModelQueue, { tenantId, modelId: id }, id)
  return getRoleModel(sql, id)
}

/** @throws resource_exhausted when too many of the tenant's models are being mined */
async function requireRoomForModel(sql: TenantSql): Promise<void> {
  const { running } = onlyRow(
    await sql<{ running: number }[]>`
    select count(*)::integer as running from role_models where state = 'running'`,
  )
  if (running >= mostRunning) {
    throw resourceExhausted(`${running} role models are being mined already; wait until one has ended`, {
      reason: 'TOO_MANY_ROLE_MODELS',
      retryAfterMs: 10_000,
    })
  }
}
