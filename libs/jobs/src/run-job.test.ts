import { invalidArgument, unavailable } from '@assay/errors'
import { expect, test } from 'vitest'
import { type JobOutcome, runJob } from './run-job.ts'

const running = new AbortController().signal
const fresh = { retryCount: 0, lastOutput: null }

async function throwing(error: unknown, attempt: Parameters<typeof runJob>[0] = fresh): Promise<JobOutcome> {
  return runJob(attempt, running, async () => {
    throw error
  })
}

test('a handler that returns completes its job', async () => {
  expect(await runJob(fresh, running, async () => {})).toEqual({ status: 'completed' })
})

test('an unknown fault is tried again, and fails for good with its message at the fifth in a row', async () => {
  const statuses: string[] = []
  let lastOutput: unknown = null
  for (let retryCount = 0; retryCount < 5; retryCount++) {
    const outcome = await throwing(new Error('a bug'), { retryCount, lastOutput })
    statuses.push(outcome.status)
    lastOutput = outcome.output
  }
  expect(statuses).toEqual(['failed', 'failed', 'failed', 'failed', 'deadletter'])
  expect(lastOutput).toEqual({ message: 'a bug', throwsInARow: 5 })
})

test('a worker that died in between begins the count anew', async () => {
  const lastOutput = { value: { message: 'job heartbeat timeout' } }
  expect((await throwing(new Error('a bug'), { retryCount: 30, lastOutput })).output?.throwsInARow).toBe(1)
})

test('what the domain refuses fails at once, what may pass is never counted', async () => {
  expect((await throwing(invalidArgument('field', 'is wrong'))).status).toBe('deadletter')
  const outcome = await throwing(unavailable('the database is away'), {
    retryCount: 50,
    lastOutput: { throwsInARow: 4 },
  })
  expect([outcome.status, outcome.output?.throwsInARow]).toEqual(['failed', 4])
})

test('a stopped handler hands its job back without a fault', async () => {
  const outcome = await runJob(fresh, AbortSignal.abort(new Error('stop')), async () => {
    throw new Error('stop')
  })
  expect(outcome).toEqual({ status: 'failed', output: { message: 'handed back', throwsInARow: 0 } })
})

test('a job that has ended a hundred workers is not run again', async () => {
  let ran = false
  const attempt = { retryCount: 100, lastOutput: { value: { message: 'job heartbeat timeout' } } }
  const outcome = await runJob(attempt, running, async () => {
    ran = true
  })
  expect([outcome.status, ran]).toEqual(['deadletter', false])
  expect(outcome.error?.message).toContain('job heartbeat timeout')
})
