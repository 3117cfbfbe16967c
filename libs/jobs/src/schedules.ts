import { invalidArgument } from '@assay/errors'
import { PgBoss } from 'pg-boss'
import { queueSchema } from './prepare-queues.ts'
import type { Queue } from './queue.ts'

/** The times at which jobs are added to a queue. */
interface Schedule {
  /** Five fields as in crontab(5): minute, hour, day, month, day of the week. */
  readonly cron: string
  /** A name of the IANA database, such as `Europe/Oslo`. */
  readonly timeZone: string
}

/** The schedules of a queue, by key. */
interface Schedules<Payload extends object> {
  /**
   * Sets the schedule of a key, and replaces an earlier one. Throws invalid_argument for an invalid cron expression or time
   * zone.
   */
  set(key: string, schedule: Schedule, payload: Payload): Promise<void>
  remove(key: string): Promise<void>
  get(key: string): Promise<Schedule | undefined>
}

/** Reads and writes the schedules of a queue, as the owner of the database. Workers run them. */
export async function withSchedules<Payload extends object, T>(
  ownerUrl: string,
  queue: Queue<Payload>,
  work: (schedules: Schedules<Payload>) => Promise<T>,
): Promise<T> {
  const boss = new PgBoss({
    connectionString: ownerUrl,
    application_name: 'assay-schedules',
    schema: queueSchema,
    max: 1,
    migrate: false,
    supervise: false,
    schedule: false,
  })
  boss.on('error', () => {}) // each call throws its own errors
  await boss.start()
  try {
    return await work({
      async set(key, { cron, timeZone }, payload) {
        if (cron.trim().split(/\s+/).length !== 5) {
          throw invalidArgument('cron', `"${cron}" must have five fields: minute, hour, day, month, day of the week`)
        }
        try {
          await boss.schedule(queue.name, cron, payload, { key, tz: timeZone })
        } catch (cause) {
          throw invalidArgument('cron', `"${cron}" in ${timeZone}: ${(cause as Error).message}`, { cause })
        }
      },
      remove: (key) => boss.unschedule(queue.name, key),
      async get(key) {
        const [found] = await boss.getSchedules(queue.name, key)
        return found && { cron: found.cron, timeZone: found.timezone }
      },
    })
  } finally {
    await boss.stop({ graceful: false })
  }
}
