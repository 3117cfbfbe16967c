export { type Job, type Jobs, type JobsOptions, openJobs, type WorkOptions } from './jobs.ts'
export { heartbeatSeconds, prepareQueues, queueSchema } from './prepare-queues.ts'
export { defineQueue, type Queue, type Sharing } from './queue.ts'
export { type Schedule, type Schedules, withSchedules } from './schedules.ts'
