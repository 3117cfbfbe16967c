import { Counter, Gauge, Histogram } from 'prom-client'
import { jobSeconds, registry } from './registry.ts'

/** The jobs of one kind in the database. */
interface QueueState {
  readonly kind: string
  readonly waiting: number
  readonly delayed: number
  readonly running: number
  /** The time since the oldest waiting job could have run; 0 if none waits. */
  readonly oldestSeconds: number
}

let read: (() => Promise<readonly QueueState[]>) | undefined

/** @param states returns the state of every queue, or fails soon enough for a scrape */
export function watchQueues(states: () => Promise<readonly QueueState[]>): void {
  read = states
}

/** Counts an attempt at a job, when it has ended. */
export function jobAttempt(kind: string, outcome: string, seconds: number): void {
  durations.observe({ kind, outcome }, seconds)
}

/** The outcomes of an attempt, with the descriptions in docs/metrics.md. */
export const jobOutcomes = {
  completed: 'the work is done',
  refused: 'the work ended with a message for people; no repetition would change it',
  failed: 'the work failed finally after faults',
  retried: 'a fault; the job is tried again',
  delayed: 'a dependency was unavailable; the job is tried again',
  handed_back: 'the process is stopping; another one takes the job',
  dropped: 'the job was cancelled, or now belongs to another worker',
} as const

const durations = new Histogram({
  name: 'assay_job_duration_seconds',
  help: 'Duration of attempts at jobs, by kind and outcome',
  labelNames: ['kind', 'outcome'],
  buckets: jobSeconds,
  registers: [registry],
})
const failures = new Counter({
  name: 'assay_queue_scrape_failures_total',
  help: 'Scrapes without the gauges of the queue, because the database did not answer in time',
  registers: [registry],
})

/** Both gauges are read at the same time, from one query. */
let asked: Promise<readonly QueueState[]> | undefined

function readQueues(): Promise<readonly QueueState[]> {
  asked ??= (read?.() ?? Promise.resolve([]))
    .catch(() => {
      failures.inc()
      return []
    })
    .finally(() => {
      asked = undefined
    })
  return asked
}

new Gauge({
  name: 'assay_queue_jobs',
  help: 'Jobs by kind and state: `waiting` for a worker, `delayed` (tried again later, or of a suspended tenant), `running`; every process shows the same numbers, so take the maximum',
  labelNames: ['kind', 'state'],
  registers: [registry],
  async collect() {
    const states = await readQueues()
    this.reset()
    for (const { kind, waiting, delayed, running } of states) {
      this.set({ kind, state: 'waiting' }, waiting)
      this.set({ kind, state: 'delayed' }, delayed)
      this.set({ kind, state: 'running' }, running)
    }
  },
})
new Gauge({
  name: 'assay_queue_oldest_waiting_seconds',
  help: 'Time since the oldest waiting job of a kind could have started, 0 if none waits; every process shows the same numbers, so take the maximum',
  labelNames: ['kind'],
  registers: [registry],
  async collect() {
    const states = await readQueues()
    this.reset()
    for (const { kind, oldestSeconds } of states) this.set({ kind }, oldestSeconds)
  },
})
