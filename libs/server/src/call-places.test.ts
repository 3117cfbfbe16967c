import type { DomainError } from '@assay/errors'
import { expect, test, vi } from 'vitest'
import { CallPlaces, type CallPlacesOptions } from './call-places.ts'

/** Calls that record their beginning, and end when the test says so. */
function calls(options: Omit<CallPlacesOptions, 'noun'>) {
  const places = new CallPlaces({ noun: 'calls', ...options })
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const begin = (name: string, tenantId: number, signal?: AbortSignal) =>
    places.run(tenantId, signal, () => {
      begun.push(name)
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
    })
  const settled = () => new Promise(setImmediate)
  const end = async (name: string) => {
    ends.get(name)?.()
    await settled()
  }
  return { places, begun, begin, settled, end }
}

const refusalOf = (call: Promise<unknown>) => call.catch((error: DomainError) => error) as Promise<DomainError>

test('with one place for a tenant its calls go on one after the other, those of others beside them', async () => {
  const { begun, begin, settled, end } = calls({ process: 2, tenant: 1, waiting: 9 })
  const all = [begin('a1', 1), begin('a2', 1), begin('a3', 1), begin('b1', 2), begin('c1', 3)]
  await settled()
  expect(begun).toEqual(['a1', 'b1'])
  await end('a1')
  // The other tenant has waited longer than the next call of the first tenant.
  expect(begun).toEqual(['a1', 'b1', 'c1'])
  for (const name of ['b1', 'a2', 'c1', 'a3']) await end(name)
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1', 'c1'])
  expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'a3'])
})

test('a call that fails gives its place on, and a place that is given back twice counts once', async () => {
  const places = new CallPlaces({ noun: 'calls', process: 1, tenant: 1, waiting: 9 })
  await expect(places.run(1, undefined, () => Promise.reject(new Error('a fault')))).rejects.toThrow('a fault')
  expect(await places.run(1, undefined, async () => 'next')).toBe('next')
  const leave = await places.enter(1)
  leave()
  const second = await places.enter(1)
  leave()
  expect(places.running).toBe(1)
  second()
  expect(places.running).toBe(0)
})

test('a caller who leaves does not wait on, and is not waited for', async () => {
  const { places, begun, begin, settled, end } = calls({ process: 1, tenant: 1, waiting: 9 })
  const leaver = new AbortController()
  const first = begin('a1', 1)
  const left = begin('a2', 1, leaver.signal)
  const behind = begin('b1', 2, leaver.signal)
  const last = begin('a3', 1)
  await settled()
  leaver.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  await expect(behind).rejects.toThrow('gone')
  await expect(begin('a4', 1, leaver.signal)).rejects.toThrow('gone')
  await end('a1')
  await end('a3')
  await Promise.all([first, last])
  expect(begun).toEqual(['a1', 'a3'])
  expect([places.running, places.waiting]).toEqual([0, 0])
})

test('one tenant takes three fifths of the places at most, so that a call of another begins at once', async () => {
  const { places, begun, begin, settled, end } = calls({ process: 10 })
  for (let call = 0; call < 10; call++) void refusalOf(begin(`a${call}`, 1))
  await settled()
  expect([places.running, places.waiting]).toEqual([6, 4])
  const other = begin('b', 2)
  await settled()
  expect(begun.at(-1)).toBe('b')
  await end('b')
  expect(await other).toBe('b')
  expect(places.running).toBe(6)
  await end('a0')
  expect(places.running).toBe(6)
})

test('a tenant over its share is refused with 429 and loses a waiting call to one below it, which is refused nothing', async () => {
  const { places, begun, begin, settled, end } = calls({ process: 10 })
  const heavy: Promise<DomainError>[] = []
  // More calls than may ever wait, on a machine of any speed.
  for (let call = 0; call < 1100; call++) heavy.push(refusalOf(begin(`a${call}`, 1) as Promise<unknown>))
  const light = ['b1', 'b2', 'b3', 'b4', 'b5'].map((name) => begin(name, 2))
  await settled()
  expect(begun.filter((name) => name.startsWith('b'))).toEqual(['b1', 'b2', 'b3', 'b4'])
  const refused = await heavy[1099]!
  expect(refused).toMatchObject({ kind: 'resource_exhausted', reason: 'TOO_MANY_CALLS' })
  expect(refused.retryAfterMs).toBeGreaterThanOrEqual(1000)
  // The fifth call replaced a waiting call of the other tenant, and begins next, although all others have waited longer.
  expect(places.waiting).toBe(100)
  await end('a0')
  expect(begun.at(-1)).toBe('b5')
  for (const name of ['b1', 'b2', 'b3', 'b4', 'b5']) await end(name)
  expect(await Promise.all(light)).toEqual(['b1', 'b2', 'b3', 'b4', 'b5'])
})

test('when each tenant has its share, the process is full, which is 503', async () => {
  const { begin, settled } = calls({ process: 2, tenant: 1, waiting: 0 })
  void begin('a', 1)
  void begin('b', 2)
  await settled()
  expect(await refusalOf(begin('c', 3))).toMatchObject({ kind: 'unavailable', reason: 'OVERLOADED' })
})

test('no more wait than a few for each that runs, or than begin within a moment', async () => {
  const { places, begin, settled, end } = calls({ process: 1, tenant: 1 })
  const outcomes = Array.from({ length: 101 }, (_, call) => refusalOf(begin(`a${call}`, 1)))
  await settled()
  // The duration of calls is still unknown.
  expect(places.waiting).toBe(100)
  for (const name of ['a0', 'a1', 'a2']) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    await end(name)
  }
  // Each call takes 20 ms or more, so five would begin within 100 ms.
  expect(places.waiting).toBe(97)
  expect(await refusalOf(begin('late', 1))).toMatchObject({ kind: 'resource_exhausted' })
  for (let call = 3; call < 101; call++) await end(`a${call}`)
  await Promise.all(outcomes)
  expect([places.running, places.waiting]).toEqual([0, 0])
})

test('when the queue overflows, those that came a moment before are refused too, and those that have waited are answered', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  try {
    const { places, begun, begin, settled, end } = calls({ process: 2, tenant: 2 })
    const outcomes: Promise<unknown>[] = []
    const come = (...names: string[]) => outcomes.push(...names.map((name) => refusalOf(begin(name, 1))))
    come('a1', 'a2', 'a3', 'a4', 'a5')
    await settled()
    for (const name of ['a1', 'a2', 'a3']) {
      vi.advanceTimersByTime(10)
      await end(name)
    }
    // Two calls run; at 10 ms for each, ten may wait.
    come('b1', 'b2', 'b3', 'b4')
    vi.advanceTimersByTime(100)
    come('c1', 'c2', 'c3', 'c4', 'c5', 'c6')
    await settled()
    expect([places.running, places.waiting]).toEqual([2, 10])
    come('d')
    await settled()
    expect([places.running, places.waiting]).toEqual([2, 4])
    for (const name of ['a4', 'a5', 'b1', 'b2', 'b3', 'b4']) await end(name)
    expect(begun).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'b2', 'b3', 'b4'])
    const refused = (await Promise.all(outcomes)).filter((outcome) => typeof outcome !== 'string')
    expect(refused).toHaveLength(7)
  } finally {
    vi.useRealTimers()
  }
})
