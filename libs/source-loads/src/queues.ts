import { defineQueue } from '@assay/jobs'

/** Loads to read. */
export const loadQueue = defineQueue<{ tenantId: number; loadId: string }>('source-load', 'once')

/** Compositions of a tenant's sources. One goes on at a time; what is asked for meanwhile waits for the next. */
export const compositionQueue = defineQueue<{ tenantId: number }>('source-composition', 'one-at-a-time')

/** All the work of sources, for `prepareQueues`. */
export const sourceQueues = [loadQueue, compositionQueue]
