import { setTimeout as sleep } from 'node:timers/promises'
import { serviceRole } from '@assay/store'
import { PgBoss } from 'pg-boss'
import { queueSchema } from './prepare-queues.ts'

export interface KeeperOptions {
  readonly url: string
  readonly applicationName: string
  readonly onError: (error: Error) => void
  readonly scheduleSeconds: number
}

/**
 * pg-boss's part of a worker: adds the jobs of schedules when they are due, and removes old ones. It waits for a database
 * that is away, and nobody waits for it.
 */
export class Keeper {
  readonly #stopping = new AbortController()
  readonly #running: Promise<PgBoss | undefined>

  constructor(options: KeeperOptions) {
    this.#running = this.#start(options)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    const boss = await this.#running
    await boss?.stop({ graceful: false })
  }

  async #start({ url, applicationName, onError, scheduleSeconds }: KeeperOptions): Promise<PgBoss | undefined> {
    const { signal } = this.#stopping
    for (let pauseMs = 250; !signal.aborted; pauseMs = Math.min(5000, pauseMs * 2)) {
      const boss = new PgBoss({
        connectionString: url,
        application_name: applicationName,
        options: `-c role=${serviceRole}`,
        schema: queueSchema,
        max: 2,
        migrate: false,
        createSchema: false,
        schedule: true,
        cronMonitorIntervalSeconds: scheduleSeconds,
        cronWorkerIntervalSeconds: Math.min(5, scheduleSeconds),
        reindex: false,
        supervise: true,
      })
      boss.on('error', onError)
      try {
        await boss.start()
        return boss
      } catch (error) {
        onError(new Error('The schedules wait for the database', { cause: error }))
        await boss.stop({ graceful: false }).catch(() => {})
        await sleep(pauseMs, undefined, { signal }).catch(() => {})
      }
    }
    return undefined
  }
}
