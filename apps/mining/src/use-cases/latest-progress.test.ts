import { expect, test } from 'vitest'
import { latestProgress } from './latest-progress.ts'

const never = new AbortController().signal

async function until(condition: () => boolean) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

/** Runs until its signal is aborted, and takes a moment to end. */
function endless(log: string[]) {
  return async (onProgress: (step: number) => void, signal: AbortSignal): Promise<never> => {
    let step = 0
    while (!signal.aborted) {
      onProgress(++step)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
    log.push('ended')
    throw signal.reason
  }
}

test('of what happens within an interval only the latest is told, and the result comes last', async () => {
  let isTold = false
  const work = async (onProgress: (step: number) => void) => {
    for (const step of [1, 2, 3]) onProgress(step)
    await until(() => isTold)
    return 'done'
  }
  const events: unknown[] = []
  for await (const event of latestProgress(work, { intervalMs: 1, signal: never })) {
    isTold = true
    events.push(event)
  }
  expect(events).toEqual([
    { kind: 'progress', progress: 3 },
    { kind: 'result', result: 'done' },
  ])
})

test('a result does not wait for the interval', async () => {
  const events = latestProgress(async () => 'done', { intervalMs: 60_000, signal: never })
  expect(await Array.fromAsync(events)).toEqual([{ kind: 'result', result: 'done' }])
})

test('a failure of the work is thrown', async () => {
  const work = () => Promise.reject(new Error('out of threads'))
  await expect(Array.fromAsync(latestProgress(work, { intervalMs: 1, signal: never }))).rejects.toThrow(
    'out of threads',
  )
})

test('whoever leaves early stops the work, and is let go when it has ended', async () => {
  const log: string[] = []
  for await (const _ of latestProgress(endless(log), { intervalMs: 1, signal: never })) break
  expect(log).toEqual(['ended'])
})

test('an aborted signal stops the work, and its reason is thrown when it has ended', async () => {
  const log: string[] = []
  const abort = new AbortController()
  const reading = async () => {
    for await (const _ of latestProgress(endless(log), { intervalMs: 1, signal: abort.signal }))
      abort.abort(new Error('gone'))
  }
  await expect(reading()).rejects.toThrow('gone')
  expect(log).toEqual(['ended'])
})
