import { expect, test } from 'vitest'
import { membershipPaths } from './membership-paths.ts'

test('a search among very many paths ends, with the shortest', () => {
  // Every one of 30 groups gives all others.
  const count = 30
  const pairs = Array.from({ length: count * count }, (_, i) => [Math.floor(i / count), i % count]).filter(
    ([holder, entitlement]) => holder !== entitlement,
  )
  const graph = {
    count,
    holder: Uint32Array.from(pairs, ([holder]) => holder!),
    entitlement: Uint32Array.from(pairs, ([, entitlement]) => entitlement!),
  }
  const { paths, hasMore } = membershipPaths(graph, [3, 0], 29, 31)
  expect(hasMore).toBe(true)
  expect(paths.slice(0, 4)).toEqual([
    [0, 29],
    [3, 29],
    [0, 1, 29],
    [0, 2, 29],
  ])
  expect(paths).toHaveLength(31)
})

test('all paths of a small graph come in order, whatever the order of the memberships', () => {
  const pairs = [
    [0, 3],
    [0, 1],
    [2, 4],
    [3, 4],
    [0, 2],
    [1, 2],
  ]
  const graph = {
    count: 5,
    holder: Uint32Array.from(pairs, ([holder]) => holder ?? 0),
    entitlement: Uint32Array.from(pairs, ([, entitlement]) => entitlement ?? 0),
  }
  expect(membershipPaths(graph, [0], 4, 10)).toEqual({
    paths: [
      [0, 2, 4],
      [0, 3, 4],
      [0, 1, 2, 4],
    ],
    hasMore: false,
  })
  expect(membershipPaths(graph, [0], 4, 2).hasMore).toBe(true)
})

test('a dead end of very many paths does not hold the search', () => {
  // Two paths to the target, and many memberships after it that lead back.
  const thicket = Array.from({ length: 28 }, (_, i) => i + 2)
  const pairs = [
    [0, 1],
    ...thicket.flatMap((a) => [[0, a], ...thicket.filter((b) => b !== a).map((b) => [a, b])]),
    [29, 1],
  ]
  const graph = {
    count: 30,
    holder: Uint32Array.from(pairs, ([holder]) => holder ?? 0),
    entitlement: Uint32Array.from(pairs, ([, entitlement]) => entitlement ?? 0),
  }
  const { paths, hasMore } = membershipPaths(graph, [0], 1, 100)
  expect([paths.length, hasMore, paths[0]]).toEqual([100, true, [0, 1]])
})
