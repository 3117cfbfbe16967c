import { defineQueue } from '@assay/jobs'

/** Calculations of sessions. One of a session goes on at a time; another may wait. */
export const calculationQueue = defineQueue<{ tenantId: number; sessionId: string }>(
  'session-calculation',
  'one-at-a-time',
  { mostWaiting: 500 },
)

/** Sessions over the whole organisation after an import, see session_settings. */
export const discoveryQueue = defineQueue<{ tenantId: number; importId: string }>('session-discovery', 'once')

/** Exports that somebody asked for. */
export const exportQueue = defineQueue<{ tenantId: number; exportId: string }>('potential-role-export', 'once', {
  mostWaiting: 200,
})

/** Removals of exports that have expired, of all tenants; `sessionSchedules` says when. */
export const expiryQueue = defineQueue<object>('export-expiry', 'once')

/** Potential roles that become access profiles. */
export const provisionQueue = defineQueue<{ tenantId: number; potentialRoleId: string }>(
  'potential-role-provision',
  'once',
  { mostWaiting: 1000 },
)

/** Mails that tell how a calculation ended. */
export const mailQueue = defineQueue<{ tenantId: number; sessionId: string; calculation: number }>(
  'session-mail',
  'once',
)

/** All the work of sessions, for `prepareQueues`. */
export const sessionQueues = [calculationQueue, discoveryQueue, expiryQueue, exportQueue, mailQueue, provisionQueue]

/** Work of sessions that comes by itself. At an odd minute, when fewer others begin. */
export const sessionSchedules = [{ queue: expiryQueue, schedule: { cron: '17 * * * *', timeZone: 'UTC' } }] as const
