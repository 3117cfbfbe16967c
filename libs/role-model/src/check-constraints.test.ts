import { expect, test } from 'vitest'
import { splitEntitlements } from './check-constraints.ts'

/** An even entitlement must not be with the odd ones of other pairs, and may be with the odd one of its own pair. */
const apart = new Map([
  [0, [3, 5]],
  [1, [2, 4]],
  [2, [1, 5]],
  [3, [0, 4]],
  [4, [1, 3]],
  [5, [0, 2]],
])

test('entitlements that go into few enough groups are put there, though taking each as it comes needs more', () => {
  const all = [0, 1, 2, 3, 4, 5]
  expect(splitEntitlements(all, undefined, apart, 3)).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ])
  expect(splitEntitlements(all, undefined, apart, 2)).toEqual([
    [0, 2, 4],
    [1, 3, 5],
  ])
})

test('where no groups are few enough, each entitlement is where it first fits', () => {
  expect(splitEntitlements([0, 1, 2, 3, 4, 5], 2, apart, 2)).toHaveLength(3)
  expect(splitEntitlements([0, 3], undefined, apart, 1)).toEqual([[0], [3]])
})
