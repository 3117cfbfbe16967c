import { expect, test } from 'vitest'
import { MatrixOrders } from './matrix-orders.ts'

const never = new AbortController().signal
const order = (version: string, reader = 'tenant', data = 'import') => ({ version, reader, data })
const sized = (bytes: number) => async () => ({ bytes })

test('an order is made once for all concurrent callers, and cached', async () => {
  const orders = new MatrixOrders<{ bytes: number }>()
  let made = 0
  const make = async () => ({ bytes: ++made })
  const [first, second] = await Promise.all([orders.of(order('a'), never, make), orders.of(order('a'), never, make)])
  expect([first, second, await orders.of(order('a'), never, make)]).toEqual([{ bytes: 1 }, { bytes: 1 }, { bytes: 1 }])
  expect(orders.counts).toEqual({ entries: 1, bytes: 1, hits: 1, misses: 1 })
})

test('the least recently used orders are removed when all together exceed the bound; the last one stays, however large', async () => {
  const orders = new MatrixOrders<{ bytes: number }>({ mostBytes: 10 })
  for (const version of ['a', 'b']) await orders.of(order(version), never, sized(4))
  orders.known('a')
  await orders.of(order('c'), never, sized(4))
  expect(['a', 'b', 'c'].map((version) => orders.known(version) !== undefined)).toEqual([true, false, true])
  await orders.of(order('large'), never, sized(100))
  expect(orders.counts).toMatchObject({ entries: 1, bytes: 100 })
})

test('the first order of other data removes the orders of the earlier data, except those of other readers', async () => {
  const orders = new MatrixOrders<{ bytes: number }>()
  for (const reader of ['one', 'other']) {
    for (const view of ['a', 'b']) {
      await orders.of(order(`${reader} ${view} before`, reader, 'before'), never, sized(1))
    }
  }
  await orders.of(order('one a after', 'one', 'after'), never, sized(1))
  await orders.of(order('one b after', 'one', 'after'), never, sized(1))
  const known = ['one a before', 'one b before', 'other a before', 'other b before', 'one a after', 'one b after']
  expect(known.map((version) => orders.known(version) !== undefined)).toEqual([false, false, true, true, true, true])
  expect(orders.counts).toMatchObject({ entries: 4, bytes: 4 })
})

test('a caller that leaves gets its reason, and the work stops when the last caller leaves', async () => {
  const orders = new MatrixOrders<{ bytes: number }>()
  const ended: string[] = []
  const make = (signal: AbortSignal) =>
    new Promise<{ bytes: number }>((_, reject) => {
      signal.addEventListener('abort', () => {
        ended.push('work')
        reject(new Error('ended'))
      })
    })
  const [one, other] = [new AbortController(), new AbortController()]
  const first = orders.of(order('a'), one.signal, make)
  const second = orders.of(order('a'), other.signal, make)
  one.abort(new Error('gone'))
  await expect(first).rejects.toThrow('gone')
  expect(ended).toEqual([])
  other.abort(new Error('gone as well'))
  await expect(second).rejects.toThrow('gone as well')
  expect(ended).toEqual(['work'])
  expect(await orders.of(order('a'), never, sized(3))).toEqual({ bytes: 3 })
})

test('an order that could not be made is made again for the next caller', async () => {
  const orders = new MatrixOrders<{ bytes: number }>()
  await expect(orders.of(order('a'), never, () => Promise.reject(new Error('no thread')))).rejects.toThrow('no thread')
  expect(await orders.of(order('a'), never, sized(3))).toEqual({ bytes: 3 })
})

test('an order of replaced data that is late goes to who waits for it, and the orders of the next data stay', async () => {
  const orders = new MatrixOrders<{ bytes: number }>()
  const late = Promise.withResolvers<{ bytes: number }>()
  const waiting = orders.of(order('before', 'one', 'before'), never, () => late.promise)
  await orders.of(order('after', 'one', 'after'), never, sized(1))
  late.resolve({ bytes: 2 })
  expect(await waiting).toEqual({ bytes: 2 })
  expect(['before', 'after'].map((version) => orders.known(version) !== undefined)).toEqual([false, true])
})
