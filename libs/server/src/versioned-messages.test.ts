import { create } from '@bufbuild/protobuf'
import { FieldSchema, TypeSchema } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { VersionedMessages } from './versioned-messages.ts'

/** The bytes of an item with an id of one letter, for tenant 1: the entry, its key, and five times its three bytes on the wire. */
const itemBytes = 300 + 3 + 15

const listed = (...ids: string[]) => ids.map((id) => ({ id, version: '1' }))

/** Fields serve as items; the ids that each call loads are recorded. */
function messages(mostBytes: number) {
  const cache = new VersionedMessages(FieldSchema, mostBytes)
  const loads: string[][] = []
  const load = async (ids: readonly string[]) => {
    loads.push([...ids])
    const present = ids.filter((id) => id !== 'gone')
    return present.toReversed().map((id) => ({ ...create(FieldSchema, { name: id }), id }))
  }
  const of = async (tenantId: number, list: ReturnType<typeof listed>) =>
    (await cache.of(tenantId, list, load)).map(({ name }) => name)
  return { of, loads, cache }
}

test('items come in the order of the list, and only those are loaded that are not known at this version', async () => {
  const { of, loads } = messages(100_000)
  expect(await of(1, listed('a', 'b', 'gone', 'c'))).toEqual(['a', 'b', 'c'])
  expect(await of(1, [...listed('c', 'd'), { id: 'a', version: '2' }, ...listed('b')])).toEqual(['c', 'd', 'a', 'b'])
  expect(await of(1, listed('b', 'c'))).toEqual(['b', 'c'])
  expect(loads).toEqual([
    ['a', 'b', 'gone', 'c'],
    ['d', 'a'],
  ])
})

test('what is kept for one tenant is not there for another', async () => {
  const { of, loads } = messages(100_000)
  await of(1, listed('a'))
  await of(11, listed('a'))
  expect(loads).toEqual([['a'], ['a']])
})

test('the least recently used is given up first', async () => {
  const { of, loads } = messages(2 * itemBytes)
  await of(1, listed('a', 'b'))
  await of(1, listed('a'))
  await of(1, listed('c'))
  await of(1, listed('a'))
  await of(1, listed('b'))
  expect(loads).toEqual([['a', 'b'], ['c'], ['b']])
})

test('the cache stays within its bytes, however large single items are, and counts what it did', async () => {
  const { of, cache } = messages(20_000)
  const name = 'x'.repeat(1000)
  for (let index = 0; index < 10; index++) await of(1, listed(`${name}${index}`))
  expect(cache.counts.bytes).toBeGreaterThan(10_000)
  expect(cache.counts.bytes).toBeLessThanOrEqual(20_000)
  await of(1, listed(`${name}9`))
  expect(cache.counts).toMatchObject({ hits: 1, misses: 10 })
  const { bytes } = cache.counts
  await of(1, listed('y'.repeat(5000)))
  expect(cache.counts.bytes).toBe(bytes)
})

test('a cache of no bytes loads every item every time', async () => {
  const { of, loads, cache } = messages(0)
  expect([await of(1, listed('a')), await of(1, listed('a'))]).toEqual([['a'], ['a']])
  expect(loads).toHaveLength(2)
  expect(cache.counts).toEqual({ hits: 0, misses: 2, bytes: 0 })
})

test('an answer that cannot be loaded keeps nothing', async () => {
  const kept = new VersionedMessages(TypeSchema, 100_000)
  await expect(kept.of(1, listed('a'), () => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
  expect(await kept.of(1, listed('a'), async () => [{ ...create(TypeSchema, { name: 'a' }), id: 'a' }])).toHaveLength(1)
})

test('calls that ask for the same items at the same time put them together once', async () => {
  const kept = new VersionedMessages(TypeSchema, 100_000)
  const asked: string[][] = []
  const first = Promise.withResolvers<void>()
  const load = async (ids: readonly string[]) => {
    asked.push([...ids])
    if (asked.length === 1) await first.promise
    return ids.map((id) => ({ ...create(TypeSchema, { name: `${id}${asked.length}` }), id }))
  }
  const names = async (list: ReturnType<typeof listed>) => (await kept.of(1, list, load)).map(({ name }) => name)
  const one = names(listed('a', 'b'))
  const other = names(listed('b', 'c', 'a'))
  const newer = names([{ id: 'a', version: '2' }])
  await expect.poll(() => asked.length).toBe(3)
  first.resolve()
  expect(await one).toEqual(['a3', 'b3'])
  expect(await other).toEqual(['b3', 'c2', 'a3'])
  expect(await newer).toEqual(['a3'])
  expect(asked).toEqual([['a', 'b'], ['c'], ['a']])
})

test('a call loads by itself what another one could not', async () => {
  const kept = new VersionedMessages(TypeSchema, 100_000)
  const failing = kept.of(1, listed('a'), () => Promise.reject(new Error('broken off')))
  const [loaded] = await Promise.all([
    kept.of(1, listed('a'), async () => [{ ...create(TypeSchema, { name: 'a' }), id: 'a' }]),
    expect(failing).rejects.toThrow('broken off'),
  ])
  expect(loaded).toHaveLength(1)
})
