import { failedPrecondition } from '@assay/errors'
import { defineWork, jobs } from '@assay/jobs'
import { MiningError } from '@assay/mining'
import { policiesInForce } from '@assay/policies'
import type { RoleModelProgress } from '@assay/role-model'
import { inTenant, type Sql } from '@assay/store'
import { roleModelQueue } from '../queues.ts'
import type { SnapshotCache } from '../snapshot-cache.ts'
import { mineInThread } from './mine-in-thread.ts'
import { modelsBehind, reviseFollowing } from './revise-role-model.ts'
import { storeRoleFronts } from './role-fronts.ts'
import type { StoredSettings } from './role-model-request.ts'
import { completeRevision, standingModel } from './role-model-revisions.ts'
import { completeRoleModel, failRoleModel, findRoleModel, reportModelProgress } from './role-models.ts'

/** What the mining of role models needs. */
interface RoleModelTools {
  readonly sql: Sql
  readonly snapshots: SnapshotCache
}

interface RoleModelTask {
  readonly tenantId: number
  readonly id: string
  readonly settings: StoredSettings
  /** Whether to revise the model for the access data in force instead of mining it. */
  readonly revises: boolean
}

export function roleModelWork({ sql, snapshots }: RoleModelTools) {
  return defineWork<{ tenantId: number; modelId: string }, RoleModelTask, RoleModelProgress>({
    queue: roleModelQueue,
    title: 'The role model',
    takeUp: async ({ tenantId, modelId: id }) => {
      const model = await inTenant(sql, tenantId, (scoped) => findRoleModel(scoped, id))
      if (model === undefined || (model.state !== 'running' && !model.revising)) return undefined
      return { tenantId, id, settings: model.settings, revises: model.revising }
    },
    run: async ({ tenantId, id, settings, revises }, { signal, report }) => {
      const { loaded, policies, standing } = await snapshots.use(tenantId, async (scoped, loaded) => ({
        loaded,
        policies: loaded && (await policiesInForce(scoped, loaded.snapshot)),
        standing: revises ? await standingModel(scoped, id) : undefined,
      }))
      if (revises && standing === undefined) return
      if (loaded === undefined)
        throw failedPrecondition('There is no access data to model yet; commit an import first.')
      const { buffer, importId } = loaded
      const task = {
        buffer,
        settings,
        policies: policies && { ...policies, unused: [] },
        standing: standing?.standing,
      }
      const result = await mineInThread(task, { signal, onProgress: report }).catch(refusal)
      await inTenant(sql, tenantId, async (scoped) => {
        if (result.kind === 'revised') {
          const revision = standing?.revision ?? 0
          await completeRevision(scoped, tenantId, id, { revision, importId }, result.revised)
          return
        }
        await completeRoleModel(scoped, tenantId, id, importId, result.model)
        if (result.fronts !== undefined) await storeRoleFronts(scoped, id, result.fronts)
      })
      if (revises) await catchUp({ sql, snapshots }, tenantId, id)
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

/** Revises a model that follows the data again when a load came during its revision. */
async function catchUp({ sql, snapshots }: RoleModelTools, tenantId: number, id: string): Promise<void> {
  const isBehind = await snapshots.use(
    tenantId,
    async (scoped, loaded) => loaded !== undefined && (await modelsBehind(scoped, loaded.importId)).includes(id),
  )
  if (isBehind) await reviseFollowing(sql, jobs, tenantId, id)
}

/** The engine refuses settings of the caller, and its message says which. */
function refusal(error: unknown): never {
  if (error instanceof MiningError && error.kind === 'bad_settings') {
    throw failedPrecondition(error.message, { cause: error })
  }
  throw error
}
