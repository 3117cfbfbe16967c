import { defineQueue } from '@assay/jobs'

/** Calculations of sessions. A session runs one at a time, and one more may wait. */
export const calculationQueue = defineQueue<{ tenantId: number; sessionId: string }>(
  'session-calculation',
  'one-at-a-time',
  { mostWaiting: 500 },
)

/** Sessions over the whole organisation after an import, see session_settings. */
export const discoveryQueue = defineQueue<{ tenantId: number; importId: string }>('session-discovery', 'once')

/** Requested exports. */
export const exportQueue = defineQueue<{ tenantId: number; exportId: string }>('potential-role-export', 'once', {
  mostWaiting: 200,
})

/** Removals of expired exports of all tenants, at the times of `sessionSchedules`. */
export const expiryQueue = defineQueue<object>('export-expiry', 'once')

/** Potential roles that become access profiles. */
export const provisionQueue = defineQueue<{ tenantId: number; potentialRoleId: string }>(
  'potential-role-provision',
  'once',
  { mostWaiting: 1000 },
)

/** Mails about the end of a calculation. */
export const mailQueue = defineQueue<{ tenantId: number; sessionId: string; calculation: number }>(
  'session-mail',
  'once',
)

/** All queues of sessions, for `prepareQueues`. */
export const sessionQueues = [calculationQueue, discoveryQueue, expiryQueue, exportQueue, mailQueue, provisionQueue]

/** Scheduled work of sessions. At an odd minute, when less other work begins. */
export const sessionSchedules = [{ queue: expiryQueue, schedule: { cron: '17 * * * *', timeZone: 'UTC' } }] as const
