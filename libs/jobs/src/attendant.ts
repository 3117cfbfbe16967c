import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from '@assay/store'
import { type ClaimedJob, completeJob, failJob, releaseJob, takeJob, tellProgress } from './job-rows.ts'
import { asStepOf } from './job-spans.ts'
import type { Leases } from './leases.ts'
import { mayPass } from './passing-faults.ts'
import { type Ending, perform } from './perform.ts'
import type { StoredProgress } from './progress.ts'
import type { Work } from './work.ts'

/** What all attendants of a process share. */
interface AttendantTools {
  readonly sql: Sql
  readonly leases: Leases
  readonly stopping: AbortSignal
  /** Called when the database does not answer. */
  readonly onTrouble: (error: unknown) => void
  /** Called with the result of each attempt. */
  readonly onEnding: (queue: string, job: ClaimedJob, ending: Ending, seconds: number) => void
}

/**
 * Works on the jobs of one queue. It takes a job only when a place is free: a job that waits for a place stays in the queue,
 * which is not an attempt and costs nothing.
 */
export class Attendant {
  readonly #work: Work<object>
  readonly #tools: AttendantTools
  readonly #running = new Map<ClaimedJob, Promise<void>>()
  #places: number
  #isDue = false
  #isTaking = false

  constructor(work: Work<object>, places: number, tools: AttendantTools) {
    this.#work = work
    this.#places = places
    this.#tools = tools
  }

  get hasRoom(): boolean {
    return this.#places > 0
  }

  /** Takes due jobs until there are none, or no place is free. */
  wake(): void {
    this.#isDue = true
    if (!this.#isTaking) void this.#take()
  }

  /** Waits at most `mostMs` for the running jobs, then returns the unfinished ones to the queue. */
  async stop(mostMs: number): Promise<void> {
    const late = new AbortController()
    await Promise.race([
      Promise.all(this.#running.values()),
      sleep(mostMs, undefined, { signal: late.signal }).catch(() => {}),
    ])
    late.abort()
    const left = [...this.#running.keys()]
    await Promise.allSettled(left.map(({ claim, record }) => releaseJob(this.#tools.sql, claim, record, 0)))
  }

  async #take(): Promise<void> {
    const { sql, stopping, onTrouble } = this.#tools
    const { queue, fairness = 'tenantId' } = this.#work
    this.#isTaking = true
    while (this.#isDue && this.#places > 0 && !stopping.aborted) {
      this.#isDue = false
      this.#places--
      try {
        const job = await takeJob(sql, queue.name, fairness)
        if (job !== undefined) {
          this.#isDue = true
          this.#start(job)
          continue
        }
      } catch (error) {
        onTrouble(error)
      }
      this.#places++
    }
    this.#isTaking = false
  }

  #start(job: ClaimedJob): void {
    const running = this.#attempt(job).finally(() => {
      this.#running.delete(job)
      this.#places++
      this.wake()
    })
    this.#running.set(job, running)
  }

  async #attempt(job: ClaimedJob): Promise<void> {
    const { sql, leases, stopping, onEnding } = this.#tools
    const { lost: claim, cancelled } = leases.hold(job.claim)
    try {
      const startedAt = performance.now()
      const { name } = this.#work.queue
      const news = {
        onProgress: () => leases.pulse(),
        tell: (told: StoredProgress) => tellProgress(sql, job.claim, told),
      }
      const ending = await asStepOf(name, job, async () => {
        const reached = await perform(this.#work, job, { stopping, claim, cancelled }, news)
        onEnding(name, job, reached, (performance.now() - startedAt) / 1000)
        return reached
      })
      await this.#settle(job, ending, claim)
    } finally {
      leases.release(job.claim)
    }
  }

  /** Waits for a database that is unavailable, so that finished work is not repeated because its end could not be written. */
  async #settle({ claim }: ClaimedJob, ending: Ending, lost: AbortSignal): Promise<void> {
    const { sql, stopping, onTrouble } = this.#tools
    for (let pauseMs = 100; !lost.aborted; pauseMs = Math.min(5000, pauseMs * 2)) {
      try {
        if (ending.kind === 'completed') await completeJob(sql, claim)
        if (ending.kind === 'failed') await failJob(sql, claim, ending.record)
        if (ending.kind === 'handed-back') await releaseJob(sql, claim, ending.record, 0)
        if (ending.kind === 'repeated') await releaseJob(sql, claim, ending.record, ending.delayMs)
        return
      } catch (error) {
        onTrouble(error)
        if (stopping.aborted || !mayPass(error)) return
        await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {})
      }
    }
  }
}
