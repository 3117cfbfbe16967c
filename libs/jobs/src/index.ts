export { enqueueAsOwner, type KeyedJob } from './enqueue-as-owner.ts'
export {
  type AttemptOutcome,
  type Jobs,
  type JobsOptions,
  jobs,
  openWorker,
  type Worker,
  type WorkOptions,
} from './jobs.ts'
export { prepareQueues } from './prepare-queues.ts'
export { defineQueue, type Queue, type Sharing } from './queue.ts'
export { type QueueDepth, QueueDepths, type QueueDepthsOptions } from './queue-depths.ts'
export { requireQueues } from './require-queues.ts'
export { type Schedule, type Schedules, withSchedules } from './schedules.ts'
export { holdTenantJobs, releaseTenantJobs, removeDueTenants } from './tenant-jobs.ts'
export { type Attempt, defineWork, type ProgressWriter, type Work } from './work.ts'
