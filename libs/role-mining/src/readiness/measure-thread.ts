import { parentPort, workerData } from 'node:worker_threads'
import { lowerThisThread, measureReadiness, readSnapshot } from '@assay/mining'
import type { MeasureTask } from './measure-task.ts'

lowerThisThread()
const { buffer, question } = workerData as MeasureTask
parentPort?.postMessage(measureReadiness(readSnapshot(buffer), question))
