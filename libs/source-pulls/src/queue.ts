import { defineQueue } from '@assay/jobs'

interface PullPayload {
  readonly tenantId: number
  readonly sourceId: number
  readonly turn: number
}

/** One pull of a source runs at a time; the next one waits in the queue until it is due. */
export const pullQueue = defineQueue<PullPayload>('source-pull', 'one-at-a-time')

/** All queues of pulls, for `prepareQueues`. */
export const pullQueues = [pullQueue]

export function keyOfSource(sourceId: number): string {
  return `source-${sourceId}`
}
