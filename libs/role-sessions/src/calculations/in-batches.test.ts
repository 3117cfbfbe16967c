import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { inBatches } from './in-batches.ts'

async function collected<T>(batches: AsyncIterable<T[]>): Promise<T[][]> {
  const all: T[][] = []
  for await (const batch of batches) all.push(batch)
  return all
}

async function* all(...items: number[]) {
  yield* items
}

test('items that come at once are handed on by the number', async () => {
  expect(await collected(inBatches(all(1, 2, 3, 4, 5), { most: 2, waitMs: 60_000 }))).toEqual([[1, 2], [3, 4], [5]])
  expect(await collected(inBatches(all(), { most: 2, waitMs: 60_000 }))).toEqual([])
})

test('an item waits for the next ones no longer than it may', async () => {
  const rest = Promise.withResolvers<void>()
  async function* hesitant() {
    yield 1
    await rest.promise
    yield 2
  }
  const batches = inBatches(hesitant(), { most: 10, waitMs: 10 })
  expect((await batches.next()).value).toEqual([1])
  rest.resolve()
  expect(await collected(batches)).toEqual([[2]])
})

test('a source that fails while a batch is in use makes the next one fail', async () => {
  async function* failing() {
    yield 1
    throw new Error('broken off')
  }
  const batches = inBatches(failing(), { most: 1, waitMs: 10 })
  expect((await batches.next()).value).toEqual([1])
  await sleep(5)
  await expect(batches.next()).rejects.toThrow('broken off')
})

test('whoever leaves early is not held up by a source that waits', async () => {
  const never = Promise.withResolvers<void>()
  async function* silent() {
    yield 1
    await never.promise
  }
  for await (const batch of inBatches(silent(), { most: 1, waitMs: 10 })) {
    expect(batch).toEqual([1])
    break
  }
  never.resolve()
})
