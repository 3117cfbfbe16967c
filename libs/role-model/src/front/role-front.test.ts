import { expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.ts'
import { accessOfMasks } from '../testing-twins.ts'
import type { FrontChanges } from './changes.ts'
import { pairsWithin } from './front-bounds.ts'
import { roleFronts } from './role-front.ts'
import { fewestChangesByTrying } from './testing-front-twin.ts'

function randomAccess(seed: number, people: number, entitlements: number, density: number) {
  const random = seededRandom(seed)
  const rows = Array.from({ length: people }, () => {
    let mask = 0
    for (let e = 0; e < entitlements; e++) if (random() < density) mask |= 1 << e
    return mask
  })
  return accessOfMasks(rows, entitlements)
}

test.each(['remove', 'add', 'both'] as const)('%s: each point of a tiny access is what trying all finds', (changes) => {
  for (let seed = 1; seed <= 24; seed++) {
    const access = randomAccess(seed, 4 + (seed % 3), 4, 0.3 + 0.1 * (seed % 4))
    const [front] = roleFronts(access, { changes: [changes] })
    expect(front!.isExact).toBe(true)
    expect(front!.stoppedBy).toBeUndefined()
    for (const point of front!.points) {
      // Four roles are always enough, one for each entitlement.
      const roles = Math.min(point.roles, 3)
      const expected = point.roles > 3 ? 0 : fewestChangesByTrying(access, changes, roles)
      expect([seed, point.roles, point.changes]).toEqual([seed, point.roles, expected])
      expect(point.missing + point.added).toBe(point.changes)
    }
    expect(front!.points.at(-1)?.changes).toBe(0)
  }
})

test('the fronts are one below the other, and each falls with every role', () => {
  for (const seed of [3, 5]) {
    const [remove, add, both] = roleFronts(randomAccess(seed, 14, 10, 0.4), { cellBudget: 4_000_000 })
    const at = (front: typeof both, roles: number) => front!.points.find((point) => point.roles === roles)
    for (const { roles, changes, atLeast, missing, added } of both!.points) {
      expect(atLeast).toBeLessThanOrEqual(changes)
      expect(changes).toBe(missing + added)
      expect(changes).toBeLessThanOrEqual(at(remove, roles)?.changes ?? Number.POSITIVE_INFINITY)
      expect(changes).toBeLessThanOrEqual(at(add, roles)?.changes ?? Number.POSITIVE_INFINITY)
    }
    for (const { points } of [remove!, add!, both!]) {
      for (const [i, point] of points.slice(1).entries()) expect(point.changes).toBeLessThanOrEqual(points[i]!.changes)
    }
    expect(remove!.points.every(({ added }) => added === 0)).toBe(true)
    expect(add!.points.every(({ missing }) => missing === 0)).toBe(true)
  }
})

/** Two teams of ten with six entitlements each. One person lacks one entitlement, and one person has one more. */
const teams = accessOfMasks(
  [
    ...Array.from({ length: 9 }, () => 0b000000111111),
    0b000000011111,
    ...Array.from({ length: 9 }, () => 0b111111000000),
    0b111111000001,
  ],
  12,
)

test('two teams with two exceptions: four roles exactly, two with two changes', () => {
  const [remove, add, both] = roleFronts(teams)
  const changes = (front: typeof both) => front!.points.map((point) => [point.roles, point.changes])
  expect(changes(both)).toEqual(
    [
      [0, 120],
      [1, 60],
      [2, 2],
      [3, 1],
      [4, 0],
    ].slice(0, both!.points.length),
  )
  expect(both!.isExact && remove!.isExact && add!.isExact).toBe(true)
  expect(remove!.points.find(({ roles }) => roles === 2)?.missing).toBeGreaterThanOrEqual(2)
  expect(add!.points.find(({ roles }) => roles === 2)?.added).toBeGreaterThanOrEqual(2)
})

test('the same access gives the same fronts, and a spent budget says so with bounds that hold', () => {
  const access = randomAccess(11, 24, 20, 0.5)
  const short = { cellBudget: 200_000 }
  const fronts = roleFronts(access, short)
  expect(roleFronts(access, short)).toEqual(fronts)
  const longer = roleFronts(access, { cellBudget: 2_000_000 })
  for (const [f, front] of fronts.entries()) {
    expect(front.isExact).toBe(false)
    expect(front.stoppedBy).toBe('work_budget')
    for (const { roles, atLeast } of front.points) {
      const better = longer[f]!.points.find((point) => point.roles === roles)
      if (better !== undefined) expect(atLeast).toBeLessThanOrEqual(better.changes)
    }
  }
})

test('no access has no roles, and nothing to change', () => {
  for (const { points } of roleFronts(accessOfMasks([0, 0], 3))) {
    expect(points).toEqual([{ roles: 0, changes: 0, missing: 0, added: 0, atLeast: 0 }])
  }
})

test('whoever asks for the roles of the points gets as many as the point says', () => {
  const seen = new Map<FrontChanges, number[]>()
  const [front] = roleFronts(teams, {
    changes: ['both'],
    onModel: (changes, roles) => seen.set(changes, [...(seen.get(changes) ?? []), roles.length]),
  })
  expect(seen.get('both')).toEqual(front!.points.map(({ roles }) => roles))
})

test('settings out of range and a request to stop are refused', () => {
  expect(() => roleFronts(teams, { cellBudget: 0 })).toThrow('cellBudget: expected a whole number of 1 or more, got 0')
  expect(() => roleFronts(teams, {}, { shouldStop: () => true })).toThrow('a request to stop')
})

test('grants dealt evenly share the fewest roles in pairs', () => {
  expect([pairsWithin(4, 4), pairsWithin(5, 4), pairsWithin(8, 4), pairsWithin(9, 4), pairsWithin(3, 1)]).toEqual([
    0, 1, 4, 6, 3,
  ])
})

test('parts that share nothing are dealt the roles where they save most', () => {
  // A block of six people and one of two, which share nothing. The first role goes to the larger block, and no role joins them.
  const access = accessOfMasks([0b0111, 0b0111, 0b0111, 0b0111, 0b0111, 0b0111, 0b1000, 0b1000], 4)
  const [remove] = roleFronts(access, { changes: ['remove'] })
  expect(remove!.isExact).toBe(true)
  expect(remove!.points.map(({ changes }) => changes)).toEqual([20, 2, 0])
})
