import { failedPrecondition } from '@assay/errors'
import { defineWork } from '@assay/jobs'
import { MiningError } from '@assay/mining'
import { policiesInForce } from '@assay/policies'
import type { RoleModelProgress } from '@assay/role-model'
import { inTenant, type Sql } from '@assay/store'
import { roleModelQueue } from '../queues.ts'
import type { SnapshotCache } from '../snapshot-cache.ts'
import { mineInThread } from './mine-in-thread.ts'
import type { StoredSettings } from './role-model-request.ts'
import { completeRoleModel, failRoleModel, findRoleModel, reportModelProgress } from './role-models.ts'

/** What role models are mined with. */
interface RoleModelTools {
  readonly sql: Sql
  readonly snapshots: SnapshotCache
}

interface RoleModelTask {
  readonly tenantId: number
  readonly id: string
  readonly settings: StoredSettings
}

export function roleModelWork({ sql, snapshots }: RoleModelTools) {
  return defineWork<{ tenantId: number; modelId: string }, RoleModelTask, RoleModelProgress>({
    queue: roleModelQueue,
    title: 'The role model',
    takeUp: async ({ tenantId, modelId: id }) => {
      const model = await inTenant(sql, tenantId, (scoped) => findRoleModel(scoped, id))
      return model?.state === 'running' ? { tenantId, id, settings: model.settings } : undefined
    },
    run: async ({ tenantId, id, settings }, { signal, report }) => {
      const { loaded, policies } = await snapshots.use(tenantId, async (scoped, loaded) => ({
        loaded,
        policies: loaded && (await policiesInForce(scoped, loaded.snapshot)),
      }))
      if (loaded === undefined)
        throw failedPrecondition('There is no access data to model yet; commit an import first.')
      const task = { buffer: loaded.buffer, settings, policies: policies && { ...policies, unused: [] } }
      const model = await mineInThread(task, { signal, onProgress: report }).catch(refusal)
      await inTenant(sql, tenantId, (scoped) => completeRoleModel(scoped, tenantId, id, loaded.importId, model))
    },
    fail: ({ tenantId, id }, message) => inTenant(sql, tenantId, (scoped) => failRoleModel(scoped, id, message)),
    progress: {
      write: ({ tenantId, id }, progress) =>
        inTenant(sql, tenantId, (scoped) => reportModelProgress(scoped, id, progress)),
    },
  })
}

/** Settings that the engine refuses are the caller's, and its message says what is wrong with them. */
function refusal(error: unknown): never {
  if (error instanceof MiningError && error.kind === 'bad_settings') {
    throw failedPrecondition(error.message, { cause: error })
  }
  throw error
}
