import { create } from '@bufbuild/protobuf'
import { FieldSchema, TypeSchema } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { VersionedMessages } from './versioned-messages.ts'

const listed = (...ids: string[]) => ids.map((id) => ({ id, version: '1' }))

/** Fields stand for items; what was loaded for each call is noted. */
function messages(most: number) {
  const kept = new VersionedMessages(FieldSchema, most)
  const loads: string[][] = []
  const load = async (ids: readonly string[]) => {
    loads.push([...ids])
    const present = ids.filter((id) => id !== 'gone')
    return present.toReversed().map((id) => ({ ...create(FieldSchema, { name: id }), id }))
  }
  const of = async (tenantId: number, list: ReturnType<typeof listed>) =>
    (await kept.of(tenantId, list, load)).map(({ name }) => name)
  return { of, loads }
}

test('items come in the order of the list, and only those are loaded that are not known at this version', async () => {
  const { of, loads } = messages(10)
  expect(await of(1, listed('a', 'b', 'gone', 'c'))).toEqual(['a', 'b', 'c'])
  expect(await of(1, [...listed('c', 'd'), { id: 'a', version: '2' }, ...listed('b')])).toEqual(['c', 'd', 'a', 'b'])
  expect(await of(1, listed('b', 'c'))).toEqual(['b', 'c'])
  expect(loads).toEqual([
    ['a', 'b', 'gone', 'c'],
    ['d', 'a'],
  ])
})

test('what is kept for one tenant is not there for another', async () => {
  const { of, loads } = messages(10)
  await of(1, listed('a'))
  await of(11, listed('a'))
  expect(loads).toEqual([['a'], ['a']])
})

test('the least recently used is given up first', async () => {
  const { of, loads } = messages(2)
  await of(1, listed('a', 'b'))
  await of(1, listed('a'))
  await of(1, listed('c'))
  await of(1, listed('a'))
  await of(1, listed('b'))
  expect(loads).toEqual([['a', 'b'], ['c'], ['b']])
})

test('an answer that cannot be loaded keeps nothing', async () => {
  const kept = new VersionedMessages(TypeSchema, 10)
  await expect(kept.of(1, listed('a'), () => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
  expect(await kept.of(1, listed('a'), async () => [{ ...create(TypeSchema, { name: 'a' }), id: 'a' }])).toHaveLength(1)
})
