import { expect, test } from 'vitest'
import { compareCandidates } from './compare-candidates.ts'
import { memberDigest, memberSketch, sharedMembers } from './member-sketch.ts'

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const candidate = (id: string, keys: readonly number[], entitlements: readonly number[]) => ({
  id,
  size: keys.length,
  entitlements,
  members: memberSketch(keys),
  memberDigest: memberDigest(keys),
})
const fates = (changes: ReturnType<typeof compareCandidates<ReturnType<typeof candidate>>>) =>
  changes.map(({ fate, before, after }) => `${before?.id ?? ''}>${after?.id ?? ''} ${fate}`)

test('sketches of up to 128 members say exactly what two sets share, larger ones about', () => {
  const set = (keys: readonly number[]) => ({ size: keys.length, members: memberSketch(keys) })
  expect(sharedMembers(set(range(0, 60)), set(range(40, 100)))).toEqual({ both: 20, either: 100 })
  expect(sharedMembers(set(range(0, 128)), set(range(0, 128)))).toEqual({ both: 128, either: 128 })
  const { both } = sharedMembers(set(range(0, 6000)), set(range(2000, 8000)))
  expect(Math.abs(both - 4000)).toBeLessThan(900)
  expect(memberSketch([3, 1, 2])).toEqual(memberSketch([2, 3, 1]))
})

test('each fate by name', () => {
  const before = [
    candidate('same', range(0, 10), [1, 2]),
    candidate('grows', range(20, 30), [3]),
    candidate('shrinks', range(40, 60), [4, 5]),
    candidate('swaps', range(60, 70), [6, 7]),
    candidate('Sales', range(100, 120), [10, 11, 12]),
    candidate('gone', range(200, 220), [20]),
  ]
  const after = [
    candidate('Commercial', range(102, 122), [10, 11, 12]),
    candidate('same', range(0, 10), [1, 2]),
    candidate('grows', range(20, 40), [3]),
    candidate('shrinks', range(40, 60), [4]),
    candidate('swaps', range(60, 70), [6, 8]),
    candidate('new', range(300, 320), [10]),
  ]
  expect(fates(compareCandidates(before, after))).toEqual([
    'Sales>Commercial renamed',
    'same>same same',
    'grows>grows grown',
    'shrinks>shrinks shrunk',
    'swaps>swaps changed',
    '>new new',
    'gone> gone',
  ])
})

test('of several that are alike the most similar pair is one, each once', () => {
  const before = [candidate('a', range(0, 10), [1, 2]), candidate('b', range(0, 9), [1, 2])]
  const after = [candidate('c', range(0, 10), [1, 2]), candidate('d', range(0, 7), [1, 2])]
  expect(fates(compareCandidates(before, after))).toEqual(['a>c renamed', 'b>d renamed'])
})

test('one of many members who is another makes a candidate another, which sketches do not see', () => {
  const before = candidate('Sales', range(0, 500), [1, 2])
  const others = range(480, 501).map((gone) => candidate('Sales', range(0, 501).toSpliced(gone, 1), [1, 2]))
  const unseen = others.filter(({ members }) => members.join() === before.members.join())
  expect(unseen.length).toBeGreaterThan(1)
  for (const after of unseen) {
    const isSame = after.memberDigest === before.memberDigest
    expect(fates(compareCandidates([before], [after]))).toEqual([`Sales>Sales ${isSame ? 'same' : 'changed'}`])
  }
  expect(unseen.filter(({ memberDigest: digest }) => digest === before.memberDigest)).toHaveLength(1)
  expect(memberDigest([3, 1, 2])).toBe(memberDigest([2, 3, 1]))
})

test('what is new or gone tells the candidate of the other run that has most of its cells', () => {
  const small = candidate('team', range(0, 10), [1, 2])
  const large = candidate('everybody', range(0, 400), [1, 2, 3])
  const half = candidate('half', range(0, 5), [1, 4, 5])
  const toldBy = (changes: ReturnType<typeof compareCandidates<ReturnType<typeof candidate>>>) =>
    changes.map((one) => [one.fate, one.toldBy?.id])
  expect(toldBy(compareCandidates([small], [large, half]))).toEqual([
    ['new', undefined],
    ['new', undefined],
    ['gone', 'everybody'],
  ])
  expect(toldBy(compareCandidates([large, half], [small]))).toEqual([
    ['new', 'everybody'],
    ['gone', undefined],
    ['gone', undefined],
  ])
})
