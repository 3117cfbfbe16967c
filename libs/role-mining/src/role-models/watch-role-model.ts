import { setTimeout as delay } from 'node:timers/promises'
import { inTenant, type Sql } from '@assay/store'
import { getRoleModel, type RoleModelRecord } from './role-models.ts'

const intervalMs = 250

/**
 * The model as it is, again whenever its progress has changed, and last as it ended. No connection is held in between.
 * Returns when the signal is aborted.
 * @throws not_found
 */
export async function* watchRoleModel(
  sql: Sql,
  tenantId: number,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<RoleModelRecord, void> {
  let shown: string | undefined
  while (!signal.aborted) {
    const model = await inTenant(sql, tenantId, (scoped) => getRoleModel(scoped, id))
    const now = JSON.stringify([model.state, model.progress])
    if (now !== shown) yield model
    shown = now
    if (model.state !== 'running') return
    await delay(intervalMs, undefined, { signal }).catch(() => {})
  }
}
