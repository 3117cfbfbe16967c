import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { patience } from './patience.ts'

test('an answer that arrives while the process stands still is in time', async () => {
  const { port1, port2 } = new MessageChannel()
  const answer = once(port2, 'message').then(() => 'the answer')
  const over = patience(100, new AbortController().signal).then(() => 'too late')
  port1.postMessage('the answer')
  // Blocks the process for longer than the timeout.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  expect(await Promise.race([answer, over])).toBe('the answer')
  expect(await over).toBe('too late')
  port1.close()
})

test('patience that is not needed any more ends', async () => {
  const given = new AbortController()
  const over = patience(3_600_000, given.signal)
  given.abort()
  await over
})
