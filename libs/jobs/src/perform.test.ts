import { invalidArgument, resourceExhausted, unavailable } from '@assay/errors'
import { expect, test } from 'vitest'
import { backoffMs, faultMs, mostDeaths, mostFaults, noAttempts, waitMs } from './attempt-record.ts'
import { causeOf } from './passing-faults.ts'
import { perform } from './perform.ts'
import { PhaseEstimate } from './progress.ts'
import { defineQueue } from './queue.ts'
import { type Attempt, defineWork } from './work.ts'

const queue = defineQueue<{ tenantId: number }>('test-perform', 'free')
const running: Parameters<typeof perform>[2] = {
  stopping: new AbortController().signal,
  claim: new AbortController().signal,
}

/** One attempt at work with this `run`, and the messages for people. */
async function attempt(
  run: (task: string, attempt: Attempt) => Promise<void>,
  { record = noAttempts, signals = running, fail = async (_: string) => {} } = {},
) {
  const told: string[] = []
  const work = defineWork<{ tenantId: number }, string>({
    queue,
    title: 'The analysis',
    takeUp: async () => 'task',
    run,
    fail: async (_, message) => {
      await fail(message)
      told.push(message)
    },
  })
  const ending = await perform(work, { id: 'job-1', payload: { tenantId: 1 }, record }, signals)
  return { ending, told }
}

/** Work that runs until its signal is aborted. */
const untilAborted = (_: string, { signal }: Attempt) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

const throwing = (error: unknown) => async () => {
  throw error
}

test('work that returns completes its job, and so does work that has ended before', async () => {
  expect((await attempt(async () => {})).ending).toEqual({ kind: 'completed' })
  const gone = defineWork({ queue, title: 'It', takeUp: async () => undefined, run: throwing('never') })
  const job = { id: 'job', payload: { tenantId: 1 }, record: { ...noAttempts, deaths: mostDeaths } }
  expect(await perform(gone, job, running)).toEqual({ kind: 'completed' })
})

test('what the domain refuses ends the work with its message, at the first attempt', async () => {
  const { ending, told } = await attempt(throwing(invalidArgument('field', 'is wrong')))
  expect(ending).toMatchObject({ kind: 'failed', isRefusal: true })
  expect(told).toEqual(['field: is wrong'])
})

test('an unknown fault is tried again with growing delays, then people are told in general words', async () => {
  let record = noAttempts
  for (let count = 1; count < mostFaults; count++) {
    const { ending, told } = await attempt(throwing(new Error('a bug in /our/insides')), { record })
    if (ending.kind !== 'repeated') throw new Error(ending.kind)
    expect([ending.record.faults, ending.isPassing, told]).toEqual([count, false, []])
    expect(ending.delayMs).toBeLessThanOrEqual(1000 * 2 ** (count - 1))
    record = ending.record
  }
  const { ending, told } = await attempt(throwing(new Error('a bug in /our/insides')), { record })
  expect(ending).toMatchObject({ kind: 'failed', isRefusal: false })
  expect(told).toEqual(['The analysis met an internal fault; the log has the details (job job-1).'])
})

const coded = (code: string) => Object.assign(new Error('a fault of the system'), { code })
test.each([
  ['a database that is away', unavailable('The database does not answer')],
  ['a full disk of the database', resourceExhausted('The database has no disk space left')],
  ['a full disk of this machine', coded('ENOSPC')],
  ['too many open files', coded('EMFILE')],
  [
    'a service that refuses connections, behind an error of a library',
    new Error('fetch failed', { cause: coded('ECONNREFUSED') }),
  ],
])('%s delays the work however often it is met, and counts against nothing', async (_, error) => {
  const record = { ...noAttempts, faults: mostFaults - 1, waits: 100_000 }
  const { ending, told } = await attempt(throwing(error), { record })
  if (ending.kind !== 'repeated') throw new Error(ending.kind)
  expect([ending.record.faults, ending.record.waits, ending.isPassing, told]).toEqual([
    mostFaults - 1,
    100_001,
    true,
    [],
  ])
  expect(ending.delayMs).toBeLessThanOrEqual(15_000)
})

test('a stop hands the job back as it was, a lost claim drops it, whatever the work then throws', async () => {
  const aborted = AbortSignal.abort(new Error('stop'))
  const record = { ...noAttempts, faults: 2, message: 'before' }
  for (const error of [new Error('stop'), invalidArgument('field', 'is wrong'), unavailable('away')]) {
    const stopped = await attempt(throwing(error), { record, signals: { ...running, stopping: aborted } })
    expect(stopped).toEqual({ ending: { kind: 'handed-back', record }, told: [] })
    const lost = await attempt(throwing(error), { record, signals: { ...running, claim: aborted } })
    expect(lost).toEqual({ ending: { kind: 'dropped' }, told: [] })
  }
})

test('a job that many workers died of is given up without another attempt', async () => {
  let ran = false
  const record = { ...noAttempts, deaths: mostDeaths, message: 'the worker process died' }
  const { ending, told } = await attempt(
    async () => {
      ran = true
    },
    { record },
  )
  expect([ending.kind, ran]).toEqual(['failed', false])
  expect(told[0]).toContain(`${mostDeaths} worker processes ended while they ran it`)
})

test('where people cannot be told, the job comes back and is not run again', async () => {
  const record = { ...noAttempts, faults: mostFaults - 1 }
  const first = await attempt(throwing(new Error('a bug')), { record, fail: throwing(unavailable('away')) })
  if (first.ending.kind !== 'repeated') throw new Error(first.ending.kind)
  let ran = false
  const second = await attempt(
    async () => {
      ran = true
    },
    { record: first.ending.record },
  )
  expect([second.ending.kind, second.told.length, ran]).toEqual(['failed', 1, false])
})

test('progress is written one report at a time, the latest only, and never after the work has ended', async () => {
  const written: number[] = []
  let isOver = false
  const until = (progress: number) => expect.poll(() => written.at(-1), { interval: 5 }).toBe(progress)
  const work = defineWork<{ tenantId: number }, string, number>({
    queue,
    title: 'It',
    takeUp: async () => 'task',
    run: async (_, { report }) => {
      for (let step = 1; step <= 100; step++) report(step)
      await until(100)
      report(101)
      await until(101)
      for (let step = 102; step <= 200; step++) report(step)
    },
    progress: {
      intervalMs: 10,
      write: async (_, progress) => {
        written.push(isOver ? Number.NaN : progress)
        throw new Error('a write that fails is no fault of the work')
      },
    },
  })
  const ending = await perform(work, { id: 'job', payload: { tenantId: 1 }, record: noAttempts }, running)
  isOver = true
  expect(ending).toEqual({ kind: 'completed' })
  // If the interval is over by then, the first of the last reports is written at once.
  expect([
    [1, 100, 101],
    [1, 100, 101, 102],
  ]).toContainEqual(written)
})

test('delays double up to their bound, and half of each is random', () => {
  expect([1, 2, 3, 4].map((count) => backoffMs(count, 100, 500, 1))).toEqual([100, 200, 400, 500])
  expect(backoffMs(3, 100, 500, 0)).toBe(200)
  expect(backoffMs(1_000_000, 100, 500, 1)).toBe(500)
  expect(Math.max(...Array.from({ length: 50 }, () => waitMs(1e6)))).toBeLessThanOrEqual(15_000)
  expect(faultMs(1)).toBeGreaterThanOrEqual(500)
})

test('an attempt that takes longer than it may is told to stop, and people are told', async () => {
  const told: string[] = []
  const work = defineWork<{ tenantId: number }, string>({
    queue,
    title: 'The analysis',
    longestMs: 20,
    takeUp: async () => 'task',
    run: (_, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(unavailable('something else')))),
    fail: async (_, message) => void told.push(message),
  })
  const ending = await perform(work, { id: 'job', payload: { tenantId: 1 }, record: noAttempts }, running)
  expect(ending).toMatchObject({ kind: 'failed', isRefusal: true })
  expect(told).toEqual([expect.stringContaining('The analysis took longer than 0.02 seconds, which is the limit')])
})

test('work that is cancelled while it runs ends once, and people are told so', async () => {
  const asked = new AbortController()
  const ended = attempt(untilAborted, { signals: { ...running, cancelled: asked.signal } })
  asked.abort()
  expect((await ended).ending).toMatchObject({ kind: 'failed', isRefusal: true })
  expect((await ended).told).toEqual(['The analysis was cancelled.'])
})

test('work that was cancelled before it was taken is not begun', async () => {
  let begun = 0
  const told: string[] = []
  const work = defineWork<{ tenantId: number }, string>({
    queue,
    title: 'The load',
    takeUp: async () => 'task',
    run: async () => void begun++,
    fail: async (_, message) => void told.push(message),
  })
  const job = { id: 'job', payload: { tenantId: 1 }, record: noAttempts, isCancelled: true }
  expect(await perform(work, job, running)).toMatchObject({ kind: 'failed' })
  expect([begun, told]).toEqual([0, ['The load was cancelled.']])
})

test('work that is cancelled while nobody can say what it is about comes back, so that people are told', async () => {
  const told: string[] = []
  let isAway = true
  const work = defineWork<{ tenantId: number }, string>({
    queue,
    title: 'The load',
    takeUp: async () => {
      if (isAway) throw unavailable('The database does not answer')
      return 'task'
    },
    run: untilAborted,
    fail: async (_, message) => void told.push(message),
  })
  const job = { id: 'job', payload: { tenantId: 1 }, record: noAttempts }
  const cancelled = { ...running, cancelled: AbortSignal.abort() }
  expect(await perform(work, job, cancelled)).toMatchObject({ kind: 'repeated', isPassing: true })
  isAway = false
  expect(await perform(work, job, cancelled)).toMatchObject({ kind: 'failed' })
  expect(told).toEqual(['The load was cancelled.'])
})

test('progress is told in the words of the work, and what was done when it ended is not told later', async () => {
  const told: object[] = []
  const work = defineWork<{ tenantId: number }, string, number>({
    queue,
    title: 'The load',
    takeUp: async () => 'task',
    run: async (_, { report }) => {
      report(1)
      await Promise.resolve()
      report(2)
    },
    progress: { shown: (done) => ({ phase: 'rows', done, total: 10 }) },
  })
  const job = { id: 'job', payload: { tenantId: 1 }, record: noAttempts }
  await perform(work, job, running, { tell: async (progress) => void told.push(progress) })
  expect(told).toEqual([{ phase: 'rows', done: 1, total: 10 }])
})

test('the rest of a phase is estimated by what it took so far, and not before that says something', () => {
  let now = 0
  const estimate = new PhaseEstimate(() => now)
  const at = (ms: number, phase: string, done: number, total = 100) => {
    now = ms
    return estimate.of({ phase, done, total }).remainingSeconds
  }
  expect(at(0, 'reading', 0)).toBeUndefined()
  expect(at(1_000, 'reading', 50)).toBeUndefined() // too early
  expect(at(10_000, 'reading', 1)).toBeUndefined() // too little
  expect(at(10_000, 'reading', 25)).toBe(30)
  expect(at(40_000, 'reading', 100)).toBe(0)
  expect(at(40_000, 'storing', 40)).toBeUndefined()
  expect(at(50_000, 'storing', 70)).toBe(10)
  expect(at(60_000, 'storing', 80, 0)).toBeUndefined() // the total is unknown
})

test('the cause of a fault is told in the words of the driver, whatever it throws', () => {
  expect(causeOf(new Error('ours', { cause: new Error('the connection was reset') }))).toBe('the connection was reset')
  expect(causeOf({ message: 'Connection terminated', queue: 'any' })).toBe('Connection terminated')
  expect([causeOf('away'), causeOf(undefined)]).toEqual(['away', 'undefined'])
})
