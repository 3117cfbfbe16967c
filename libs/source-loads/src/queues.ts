import { defineQueue } from '@assay/jobs'

/** Loads to read. */
export const loadQueue = defineQueue<{ tenantId: number; loadId: string }>('source-load', 'once')

/** Compositions of a tenant's sources. One runs at a time; a request meanwhile waits for the next. */
export const compositionQueue = defineQueue<{ tenantId: number }>('source-composition', 'one-at-a-time')

/** All the work of sources, for `prepareQueues`. */
export const sourceQueues = [loadQueue, compositionQueue]
