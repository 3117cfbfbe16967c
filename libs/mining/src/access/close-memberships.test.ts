import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MiningError } from '../mining-error.ts'
import type { AccessClosure } from './access-closure.ts'
import { closeMemberships, type Memberships } from './close-memberships.ts'

type Pair = readonly [holder: number, entitlement: number]

function membershipsOf(pairs: readonly Pair[]): Memberships {
  return {
    holder: Uint32Array.from(pairs, ([holder]) => holder),
    entitlement: Uint32Array.from(pairs, ([, entitlement]) => entitlement),
  }
}

/** What each group gives, written out. */
function given({ group, groupRow, givenOffset, givenEntitlement }: AccessClosure): Record<number, number[]> {
  const rows = Array.from(group, (entitlement, i) => {
    const row = groupRow[i]!
    return [entitlement, [...givenEntitlement.subarray(givenOffset[row], givenOffset[row + 1])]]
  })
  return Object.fromEntries(rows)
}

/** The twin: follows memberships from each group until nothing is new. */
function followed(pairs: readonly Pair[]): Record<number, number[]> {
  const reached: Record<number, number[]> = {}
  for (const [group] of pairs) {
    const found = new Set<number>()
    for (let more = [group]; more.length > 0; ) {
      const next = pairs.filter(([holder, held]) => holder !== held && more.includes(holder) && !found.has(held))
      more = next.map(([, held]) => held)
      for (const held of more) found.add(held)
    }
    reached[group] = [...found].sort((a, b) => a - b)
  }
  return reached
}

const anyPairs = (entitlements: number) =>
  fc.array(fc.tuple(fc.nat({ max: entitlements - 1 }), fc.nat({ max: entitlements - 1 })), { maxLength: 25 })

test('a group gives all that is reached through memberships, cycles and repetitions included', () => {
  fc.assert(
    fc.property(anyPairs(9), (pairs) => {
      expect(given(closeMemberships(9, membershipsOf(pairs)))).toEqual(followed(pairs))
    }),
    { numRuns: 500 },
  )
})

test('the order of the memberships does not change a byte', () => {
  fc.assert(
    fc.property(anyPairs(12), fc.infiniteStream(fc.nat()), (pairs, keys) => {
      const shuffled = pairs
        .map((pair) => ({ pair, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ pair }) => pair)
      expect(closeMemberships(12, membershipsOf(shuffled))).toEqual(closeMemberships(12, membershipsOf(pairs)))
    }),
  )
})

test('a chain of groups is followed to its end', () => {
  const length = 3000
  const chain = Array.from({ length }, (_, i): Pair => [i, i + 1])
  const closure = given(closeMemberships(length + 1, membershipsOf(chain)))
  expect(closure[0]).toHaveLength(length)
  expect(closure[length - 1]).toEqual([length])
})

test('a hundred thousand groups in one cycle share one row', () => {
  const length = 100_000
  const cycle = Array.from({ length }, (_, i): Pair => [i, (i + 1) % length])
  const closure = closeMemberships(length + 1, membershipsOf([...cycle, [length - 1, length]]))
  expect([closure.group.length, closure.givenOffset.length, closure.givenEntitlement.length]).toEqual([
    length,
    2,
    length + 1,
  ])
})

test('what is more than the limits is refused with the limit, before it takes memory', () => {
  const length = 100_000
  const chain = membershipsOf(Array.from({ length }, (_, i): Pair => [i, i + 1]))
  expect(() => closeMemberships(length + 1, chain)).toThrow(
    new MiningError(
      'too_large',
      'memberships',
      'to give at most 25000000 entitlements, each group counted for itself',
      'more',
    ),
  )
  expect(() => closeMemberships(length + 1, chain, { mostSteps: 1000 })).toThrow(
    'memberships: expected to be followed in 1000 steps, got more',
  )
})
