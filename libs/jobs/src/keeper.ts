import { setTimeout as sleep } from 'node:timers/promises'
import { type DatabaseAddress, loginCheck } from '@assay/store'
import { PgBoss } from 'pg-boss'
import { causeOf, mayPass } from './passing-faults.ts'
import { queueSchema } from './prepare-queues.ts'

interface KeeperOptions {
  readonly address: DatabaseAddress
  readonly applicationName: string
  readonly onError: (error: Error) => void
  readonly onWaiting?: (text: string) => void
  readonly scheduleSeconds: number
}

/** How often one outage is reported. */
const quietMs = 60_000

/** Whether the error means a lost or refused connection. pg-boss's driver reports these by SQLSTATE, or only in the message. */
function isConnectionEnd(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, message } = error as { code?: unknown; message?: unknown }
  return (
    /^(08|28|3D|53|57P)/.test(String(code)) ||
    code === 'ENOENT' ||
    /Connection terminated|timeout/i.test(String(message))
  )
}

/**
 * An option of pg-boss's pool (pg-pool): it is called with each new connection before its use, and an error closes the
 * connection.
 */
function checkedBy({ query, judge }: ReturnType<typeof loginCheck>) {
  interface Client {
    query(text: string): Promise<{ readonly rows: readonly unknown[] }>
  }
  const verify = (client: Client, settle: (error?: unknown) => void) => {
    client
      .query(query)
      .then(({ rows }) => judge(rows))
      .then(() => settle(), settle)
  }
  return { verify }
}

/**
 * The part of a worker that uses pg-boss: it adds the jobs of due schedules, and removes old ones. If the database is unavailable, it
 * waits, without delaying the start of the worker.
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

  async #start({
    address,
    applicationName,
    onError,
    onWaiting,
    scheduleSeconds,
  }: KeeperOptions): Promise<PgBoss | undefined> {
    const { signal } = this.#stopping
    const check = loginCheck(address.service)
    // pg-boss reports the outage at each of its polls, some of them every second.
    let quietUntil = 0
    const onAway = (error: unknown) => {
      const now = performance.now()
      if (now < quietUntil) return
      quietUntil = now + quietMs
      onWaiting?.(`The schedules wait for the database: ${causeOf(error)}`)
    }
    for (let pauseMs = 250; !signal.aborted; pauseMs = Math.min(5000, pauseMs * 2)) {
      const boss = new PgBoss({
        connectionString: address.directUrl ?? address.url,
        application_name: applicationName,
        ...checkedBy(check),
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
      boss.on('error', (error) => (mayPass(error) || isConnectionEnd(error) ? onAway(error) : onError(error)))
      try {
        await boss.start()
        return boss
      } catch (error) {
        onAway(error)
        await boss.stop({ graceful: false }).catch(() => {})
        await sleep(pauseMs, undefined, { signal }).catch(() => {})
      }
    }
    return undefined
  }
}
