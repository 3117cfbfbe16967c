import { parentPort } from 'node:worker_threads'
import { collectWholeHeap, lowerThisThread } from '@assay/threads'
import type { MatrixOrder } from '../matrix/matrix-question.ts'
import { readSnapshot } from '../read-snapshot.ts'
import type { Snapshot } from '../snapshot.ts'
import { answerQuestion, type CohortQuestion } from './questions.ts'

/** A message to the thread. The snapshot's bytes are shared, not copied. */
export interface QuestionMessage {
  readonly id: number
  readonly snapshotName: string
  readonly buffer: SharedArrayBuffer
  readonly question: CohortQuestion
}

lowerThisThread()
collectWholeHeap()
const mostSnapshots = 4
const snapshots = new Map<string, Snapshot>()

parentPort?.on('message', ({ id, snapshotName, buffer, question }: QuestionMessage) => {
  try {
    const answer = answerQuestion(snapshotOf(snapshotName, buffer), question)
    // Handed over: what this thread keeps a view of stays until it collects its garbage, which may take minutes.
    parentPort?.postMessage({ id, answer }, 'tiles' in answer ? buffersOf(answer) : [])
  } catch (error) {
    parentPort?.postMessage({ id, error })
  }
})

function buffersOf({ tiles, ...arranged }: MatrixOrder): ArrayBuffer[] {
  return [...Object.values(arranged), ...Object.values(tiles)].flatMap((part) =>
    ArrayBuffer.isView(part) && part.buffer instanceof ArrayBuffer ? part.buffer : [],
  )
}

function snapshotOf(name: string, buffer: SharedArrayBuffer): Snapshot {
  const snapshot = snapshots.get(name) ?? readSnapshot(buffer)
  snapshots.delete(name)
  snapshots.set(name, snapshot)
  const [oldest] = snapshots.keys()
  if (snapshots.size > mostSnapshots && oldest !== undefined) snapshots.delete(oldest)
  return snapshot
}
