import { failedPrecondition } from '@assay/errors'
import { defineWork } from '@assay/jobs'
import { MiningError } from '@assay/mining'
import { policiesInForce } from '@assay/policies'
import type { RoleModelProgress } from '@assay/role-model'
import { inTenant, type Sql } from '@assay/store'
import { roleModelQueue } from '../queues.ts'
import type { SnapshotCache } from '../snapshot-cache.ts'
import { mineInThread } from './mine-in-thread.ts'
import { storeRoleFronts } from './role-fronts.ts'
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
      const { model, fronts } = await mineInThread(task, { signal, onProgress: report }).catch(refusal)
      await inTenant(sql, tenantId, async (scoped) => {
        await completeRoleModel(scoped, tenantId, id, loaded.importId, model)
        if (fronts !== undefined) await storeRoleFronts(scoped, id, fronts)
      })
    },
    fail: ({ tenantId, id }, message) => inTenant(sql, tenantId, (scoped) => failRoleModel(scoped, id, message)),
    progress: {
      write: ({ tenantId, id }, progress) =>
        inTenant(sql, tenantId, (scoped) => reportModelProgress(scoped, id, progress)),
      shown: ({ phase, componentsDone, components }) => ({
        phase: phase.replace('_', ' '),
        done: componentsDone,
        total: components,
      }),
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
