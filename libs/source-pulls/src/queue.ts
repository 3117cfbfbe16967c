import { defineQueue } from '@assay/jobs'

interface PullPayload {
  readonly tenantId: number
  readonly sourceId: number
  readonly turn: number
}

/** One pull of a source at a time; one that is due later waits in the queue until then. */
export const pullQueue = defineQueue<PullPayload>('source-pull', 'one-at-a-time')

/** All the work of pulls, for `prepareQueues`. */
export const pullQueues = [pullQueue]

export function keyOfSource(sourceId: number): string {
  return `source-${sourceId}`
}
