import { setTimeout as sleep } from 'node:timers/promises'
import { unauthenticated } from '@assay/errors'
import type { Interceptor, StreamRequest, StreamResponse } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { endWatchesInterceptor, recheckStreamsInterceptor } from './watches.ts'

/** The messages of a method's stream after an interceptor. */
async function through(interceptor: Interceptor, name: string, message: AsyncIterable<number>) {
  // Only the parts of a call that the interceptors read.
  const request = { header: new Headers({ cookie: 'session' }), method: { name } } as unknown as StreamRequest
  const answer = { stream: true, method: { name }, message } as unknown as StreamResponse
  const response = await interceptor(async () => answer)(request)
  return (response.message as unknown as AsyncIterable<number>)[Symbol.asyncIterator]()
}

async function* oneThenNothing() {
  yield 1
  await new Promise(() => {})
}

test('a stream that watches ends as soon as the server drains, and another goes on', async () => {
  const draining = new AbortController()
  const interceptor = endWatchesInterceptor(({ name }) => name === 'WatchWork', draining.signal)
  const watch = await through(interceptor, 'WatchWork', oneThenNothing())
  const other = await through(interceptor, 'ExportEntries', oneThenNothing())
  expect([(await watch.next()).value, (await other.next()).value]).toEqual([1, 1])
  const next = watch.next()
  draining.abort()
  expect((await next).done).toBe(true)
  expect(await Promise.race([other.next(), sleep(20, 'goes on')])).toBe('goes on')
  const late = await through(interceptor, 'WatchWork', oneThenNothing())
  expect((await late.next()).done).toBe(true)
})

test('a stream ends with the session of its caller, and one without a session goes on', async () => {
  async function* three() {
    yield* [1, 2, 3]
  }
  let asked = 0
  const check = async () => {
    if (++asked === 2) throw unauthenticated('The session has ended; sign in again')
  }
  const stream = await through(recheckStreamsInterceptor(check, 0), 'WatchWork', three())
  expect((await stream.next()).value).toBe(1)
  await expect(stream.next()).rejects.toThrow('The session has ended')
  const open = await through(
    recheckStreamsInterceptor(() => undefined, 0),
    'WatchWork',
    three(),
  )
  expect([(await open.next()).value, (await open.next()).value, (await open.next()).value]).toEqual([1, 2, 3])
})
