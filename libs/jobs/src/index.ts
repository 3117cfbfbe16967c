export { type Job, type Jobs, type JobsOptions, openJobs } from './jobs.ts'
export { heartbeatSeconds, prepareQueues, queueSchema } from './prepare-queues.ts'
export { defineQueue, type Queue, type Sharing } from './queue.ts'
