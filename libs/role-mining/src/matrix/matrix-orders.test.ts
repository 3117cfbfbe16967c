import { expect, test } from 'vitest'
import { MatrixOrders } from './matrix-orders.ts'

const never = new AbortController().signal
const sized = (bytes: number) => async () => ({ bytes })

test('an order is made once for all concurrent callers, and cached', async () => {
  const orders = new MatrixOrders<{ bytes: number }>()
  let made = 0
  const make = async () => ({ bytes: ++made })
  const [first, second] = await Promise.all([orders.of('a', never, make), orders.of('a', never, make)])
  expect([first, second, await orders.of('a', never, make)]).toEqual([{ bytes: 1 }, { bytes: 1 }, { bytes: 1 }])
  expect(orders.counts).toEqual({ entries: 1, bytes: 1, hits: 1, misses: 1 })
})

test('the least recently used orders are removed when all together exceed the bound; the last one stays, however large', async () => {
  const orders = new MatrixOrders<{ bytes: number }>({ mostBytes: 10 })
  for (const version of ['a', 'b']) await orders.of(version, never, sized(4))
  orders.known('a')
  await orders.of('c', never, sized(4))
  expect(['a', 'b', 'c'].map((version) => orders.known(version) !== undefined)).toEqual([true, false, true])
  await orders.of('large', never, sized(100))
  expect(orders.counts).toMatchObject({ entries: 1, bytes: 100 })
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
  const first = orders.of('a', one.signal, make)
  const second = orders.of('a', other.signal, make)
  one.abort(new Error('gone'))
  await expect(first).rejects.toThrow('gone')
  expect(ended).toEqual([])
  other.abort(new Error('gone as well'))
  await expect(second).rejects.toThrow('gone as well')
  expect(ended).toEqual(['work'])
  expect(await orders.of('a', never, sized(3))).toEqual({ bytes: 3 })
})

test('an order that could not be made is made again for the next caller', async () => {
  const orders = new MatrixOrders<{ bytes: number }>()
  await expect(orders.of('a', never, () => Promise.reject(new Error('no thread')))).rejects.toThrow('no thread')
  expect(await orders.of('a', never, sized(3))).toEqual({ bytes: 3 })
})
