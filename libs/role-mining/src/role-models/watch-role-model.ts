import { setTimeout as delay } from 'node:timers/promises'
import { inTenant, type Sql } from '@assay/store'
import { getRoleModel, type RoleModelRecord } from './role-models.ts'

const intervalMs = 250
/** A model that does not change is sent again after this time, so that proxies see that the stream is alive. */
const heartbeatMs = 20_000

/**
 * The present state of the model, again whenever its progress has changed or 20 seconds are over, and finally its end. It holds no database
 * connection in between. It returns when the signal is aborted.
 * @throws not_found
 */
export async function* watchRoleModel(
  sql: Sql,
  tenantId: number,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<RoleModelRecord, void> {
  let shown: string | undefined
  let shownAt = 0
  while (!signal.aborted) {
    const model = await inTenant(sql, tenantId, (scoped) => getRoleModel(scoped, id))
    const now = JSON.stringify([model.state, model.revising, model.progress])
    if (now !== shown || performance.now() - shownAt > heartbeatMs) {
      yield model
      shown = now
      shownAt = performance.now()
    }
    if (model.state !== 'running' && !model.revising) return
    await delay(intervalMs, undefined, { signal }).catch(() => {})
  }
}
