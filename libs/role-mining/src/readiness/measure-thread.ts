import { parentPort, workerData } from 'node:worker_threads'
import { measureReadiness, readSnapshot } from '@assay/mining'
import { lowerThisThread } from '@assay/threads'
import type { MeasureTask } from './measure-task.ts'

lowerThisThread()
const { buffer, question } = workerData as MeasureTask
parentPort?.postMessage(measureReadiness(readSnapshot(buffer), question))
