import { expect, test } from 'vitest'
import { FactGroupings } from './fact-groups.ts'
import type { Fact } from './facts-read.ts'
import type { IdentityRow } from './identity-row.ts'

const rows = (batch: number): IdentityRow[] =>
  Array.from({ length: 100 }, (_, place) => {
    const key = batch * 100 + place
    return [key, `E${key}`, '', '', '', `D${key % 3}`, `T${key % 50}`, '', '', '', null, 'enabled', 'human', {}]
  })
const field = (name: 'id' | 'department' | 'jobTitle'): Fact => ({ kind: 'field', name })

test('groupings stay within their memory limit, and those that save the most evaluations stay', () => {
  const groupings = new FactGroupings(() => undefined, 30_000)
  const all = [[field('id'), field('department')], [field('id')], [field('department')], [field('jobTitle')]]
  const each = all.map((facts) => groupings.by(facts))
  const isThere = () => each.map(({ isDropped }) => !isDropped)
  groupings.take(rows(0))
  expect(isThere()).toEqual([true, true, true, true])
  groupings.take(rows(1))
  expect(isThere()).toEqual([false, true, true, true])
  for (let batch = 2; batch < 10; batch++) groupings.take(rows(batch))
  expect(isThere()).toEqual([false, false, true, true])
  expect(each.map(({ count }) => count)).toEqual([0, 0, 3, 50])
  expect([...(each[2]?.current ?? [])].slice(0, 4)).toEqual([0, 1, 2, 0])
})
