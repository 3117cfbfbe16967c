import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Emit, eventQueue } from './event-queue.ts'

const never = new AbortController().signal
const moment = () => new Promise((resolve) => setImmediate(resolve))

test('events arrive in order, whatever the work waits for and however slow the reader is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ isAwaited: fc.boolean(), readerRests: fc.nat(2) }), { maxLength: 30 }),
      async (steps) => {
        const work = async (emit: Emit<number>) => {
          for (const [index, { isAwaited }] of steps.entries()) {
            const taken = emit(index)
            if (isAwaited) await taken
          }
        }
        const seen: number[] = []
        for await (const event of eventQueue(work, never)) {
          seen.push(event)
          for (let rest = 0; rest < steps[event]!.readerRests; rest++) await moment()
        }
        expect(seen).toEqual(steps.map((_, index) => index))
      },
    ),
  )
})

test('work that waits for each event to be taken is never more than one ahead of its reader', async () => {
  let emitted = 0
  const work = async (emit: Emit<number>) => {
    while (emitted < 50) await emit(++emitted)
  }
  let read = 0
  for await (const event of eventQueue(work, never)) {
    expect(event).toBe(++read)
    for (let rest = 0; rest < 3; rest++) await moment()
    expect(emitted - read).toBeLessThanOrEqual(1)
  }
  expect(read).toBe(50)
})

test('a reader that leaves releases the work that waits for it, stops it, and waits until it has ended', async () => {
  const log: string[] = []
  const work = async (emit: Emit<number>, signal: AbortSignal) => {
    await emit(1)
    await emit(2)
    log.push(signal.aborted ? 'stopped' : 'taken')
    await emit(3)
    await moment()
    log.push('ended')
    throw signal.reason
  }
  for await (const event of eventQueue(work, never)) {
    expect(event).toBe(1)
    await moment()
    break
  }
  expect(log).toEqual(['stopped', 'ended'])
})

test('aborting stops the work, and its failure is thrown after its earlier events', async () => {
  const abort = new AbortController()
  const work = async (emit: Emit<number>, signal: AbortSignal) => {
    void emit(1)
    void emit(2)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    throw new Error('stopped by its signal')
  }
  const seen: number[] = []
  const reading = (async () => {
    for await (const event of eventQueue(work, abort.signal)) {
      seen.push(event)
      if (event === 2) abort.abort()
    }
  })()
  await expect(reading).rejects.toThrow('stopped by its signal')
  expect(seen).toEqual([1, 2])
})
