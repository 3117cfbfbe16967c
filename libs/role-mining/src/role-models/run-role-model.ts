import { DomainError, failedPrecondition } from '@assay/errors'
import { MiningError } from '@assay/mining'
import { inTenant, type Sql } from '@assay/store'
import type { SnapshotCache } from '../snapshot-cache.ts'
import { mineInThread } from './mine-in-thread.ts'
import { completeRoleModel, failRoleModel, getRoleModel, reportModelProgress } from './role-models.ts'

/** What role models are mined with. */
export interface RoleModelTools {
  readonly sql: Sql
  readonly snapshots: SnapshotCache
  /** Told what people are only told in general words. */
  readonly onFault: (error: unknown, modelId: string) => void
}

/**
 * Mines one model. Safe to run again: one that has ended stays as it is. One that cannot be mined ends as failed; an error
 * is thrown only for what may pass. When the signal is aborted the model stays unfinished, for the next worker.
 */
export async function runRoleModel(
  tools: RoleModelTools,
  { tenantId, modelId }: { readonly tenantId: number; readonly modelId: string },
  signal: AbortSignal,
): Promise<void> {
  try {
    await mine(tools, tenantId, modelId, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof DomainError && (error.kind === 'unavailable' || error.kind === 'aborted')) throw error
    // Deleted meanwhile.
    if (error instanceof DomainError && error.kind === 'not_found') return
    const isOurs = !(error instanceof DomainError || (error instanceof MiningError && error.kind === 'bad_settings'))
    if (isOurs) tools.onFault(error, modelId)
    const message = isOurs
      ? `The role model met an internal fault; the log tells more about ${modelId}.`
      : (error as Error).message
    await inTenant(tools.sql, tenantId, (sql) => failRoleModel(sql, modelId, message))
  }
}

async function mine(tools: RoleModelTools, tenantId: number, id: string, signal: AbortSignal): Promise<void> {
  const { sql, snapshots } = tools
  const task = await snapshots.use(tenantId, async (scoped, loaded) => {
    const { state, settings } = await getRoleModel(scoped, id)
    return { state, settings, loaded }
  })
  if (task.state !== 'running') return
  const { loaded, settings } = task
  if (loaded === undefined) throw failedPrecondition('There is no access data to model yet; commit an import first.')
  let written: Promise<void> = Promise.resolve()
  const model = await mineInThread(
    { buffer: loaded.buffer, settings },
    {
      signal,
      onProgress: (progress) => {
        // Progress is for people: what cannot be written is not missed.
        written = written
          .then(() => inTenant(sql, tenantId, (scoped) => reportModelProgress(scoped, id, progress)))
          .catch(() => {})
      },
    },
  )
  await written
  await inTenant(sql, tenantId, (scoped) => completeRoleModel(scoped, tenantId, id, loaded.importId, model))
}
