import { parentPort, workerData } from 'node:worker_threads'
import { lowerThisThread, MiningError, readSnapshot } from '@assay/mining'
import type { RoleModelProgress } from '@assay/role-model'
import { mineStoredModel } from './mine-stored-model.ts'
import { type ModelMessage, type ModelTask, progressIntervalMs } from './model-task.ts'

lowerThisThread()
const { buffer, settings, policies } = workerData as ModelTask
const tell = (message: ModelMessage) => parentPort?.postMessage(message)
let toldAt = Number.NEGATIVE_INFINITY

try {
  const onProgress = (progress: RoleModelProgress) => {
    const now = performance.now()
    if (now - toldAt < progressIntervalMs) return
    toldAt = now
    tell({ kind: 'progress', progress })
  }
  const model = mineStoredModel(readSnapshot(buffer), settings, { onProgress }, policies)
  tell({ kind: 'result', model })
} catch (error) {
  if (!(error instanceof MiningError)) throw error
  const { kind, field, expected, got } = error
  tell({ kind: 'problem', problem: { kind, field, expected, got } })
}
