import { parentPort, workerData } from 'node:worker_threads'
import { MiningError, readSnapshot } from '@assay/mining'
import type { RoleModelProgress } from '@assay/role-model'
import { lowerThisThread } from '@assay/threads'
import { mineStoredModel } from './mine-stored-model.ts'
import { type ModelMessage, type ModelTask, progressIntervalMs } from './model-task.ts'
import { reviseStoredModel } from './revise-stored-model.ts'
import { frontsOf } from './role-fronts.ts'

lowerThisThread()
const { buffer, settings, policies, standing } = workerData as ModelTask
const tell = (message: ModelMessage) => parentPort?.postMessage(message)
let toldAt = Number.NEGATIVE_INFINITY

try {
  const onProgress = (progress: RoleModelProgress) => {
    const now = performance.now()
    if (now - toldAt < progressIntervalMs) return
    toldAt = now
    tell({ kind: 'progress', progress })
  }
  const snapshot = readSnapshot(buffer)
  if (standing !== undefined) {
    tell({ kind: 'revised', revised: reviseStoredModel(snapshot, standing, settings, policies) })
  } else {
    const model = mineStoredModel(snapshot, settings, { onProgress }, policies)
    const fronts = settings.includesFronts ? frontsOf(snapshot, settings.seed) : undefined
    tell({ kind: 'result', model, fronts })
  }
} catch (error) {
  if (!(error instanceof MiningError)) throw error
  const { kind, field, expected, got } = error
  tell({ kind: 'problem', problem: { kind, field, expected, got } })
}
