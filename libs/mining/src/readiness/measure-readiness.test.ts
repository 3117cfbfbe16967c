import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowsFromGrants } from '../grant-rows.ts'
import { type SnapshotParts, snapshotOf } from '../snapshot.ts'
import { anyOrganisationParts, anySnapshotParts } from '../testing-snapshots.ts'
import { measureReadiness, type SnapshotReadiness } from './measure-readiness.ts'
import { plainReadiness } from './testing-readiness-twin.ts'

/** The counts alone, as the twin has them. */
function countsOf(measured: SnapshotReadiness) {
  const { lastUse, reach, attributes, minCoverage: _, minCohortSize: __, entitlements: ___, ...found } = measured
  const { isComplete, ...reached } = reach
  expect(isComplete).toBe(true)
  return {
    ...Object.fromEntries(
      Object.entries(found).map(([name, value]) => [name, typeof value === 'number' ? value : value.count]),
    ),
    lastUse,
    reach: reached,
    attributes: attributes.map((one) => ({
      ...one,
      placeholders: one.placeholders.count,
      variants: one.variants.count,
    })),
  }
}

const anyMemberships = fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 14 })

test('every count is that of the slow and obvious twin, on any small graph', () => {
  fc.assert(
    fc.property(
      anySnapshotParts(),
      anyMemberships,
      fc.integer({ min: 2, max: 4 }),
      fc.integer({ min: 0, max: 66_000 }),
      (parts, pairs, minCohortSize, today) => {
        const within = pairs.filter(([a, b]) => a !== b && Math.max(a, b) < parts.entitlementKey.length)
        const memberships = {
          holder: Uint32Array.from(within, ([a]) => a),
          entitlement: Uint32Array.from(within, ([, b]) => b),
        }
        const question = { today, minCohortSize, memberships }
        const snapshot = snapshotOf(parts)
        expect(countsOf(measureReadiness(snapshot, question))).toEqual(plainReadiness(snapshot, question))
      },
    ),
    { numRuns: 300 },
  )
})

test('the same on organisations with roles, of whose grants cohorts cover a part', () => {
  const memberships = { holder: new Uint32Array(0), entitlement: new Uint32Array(0) }
  const shares: number[] = []
  fc.assert(
    fc.property(anyOrganisationParts(true), fc.integer({ min: 2, max: 6 }), (parts, minCohortSize) => {
      const snapshot = snapshotOf(parts)
      const measured = measureReadiness(snapshot, { today: 0, minCohortSize })
      expect(countsOf(measured)).toEqual(plainReadiness(snapshot, { today: 0, minCohortSize, memberships }))
      shares.push(measured.reach.coveredGrants / Math.max(1, measured.reach.grants))
    }),
    { numRuns: 15, seed: 1 },
  )
  expect(shares.filter((share) => share > 0 && share < 1).length).toBeGreaterThan(3)
})

/** Ten people of one department; `column` says who has which value. */
function people(values: readonly string[], column: readonly number[], grants: readonly (readonly [number, number])[]) {
  const entitlementCount = 1 + Math.max(0, ...grants.map(([, e]) => e))
  return snapshotOf({
    identityKey: Int32Array.from(column, (_, i) => i + 1),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, e) => e + 1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(entitlementCount),
    identityStatus: new Uint8Array(column.length),
    identityType: new Uint8Array(column.length),
    ...rowsFromGrants(
      { identityCount: column.length, entitlementCount },
      { identity: Uint32Array.from(grants, ([i]) => i), entitlement: Uint32Array.from(grants, ([, e]) => e) },
    ),
    attributes: [{ key: 'department', values, column: Int32Array.from(column) }],
  } satisfies SnapshotParts)
}

test('examples are the first three, and name what they are about', () => {
  const snapshot = people(
    ['Sales', 'sales', ' SALES  ', 'N/A', '-'],
    [0, 1, 2, 3, 4, 3],
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
      [2, 2],
    ],
  )
  const { attributes, peopleWithoutAccess, sameHolders, heldByOne } = measureReadiness(snapshot, { today: 0 })
  expect(attributes[0]).toMatchObject({
    people: 3,
    values: 1,
    placeholders: { count: 3, examples: ['N/A', '-'] },
    variants: {
      count: 2,
      examples: [
        ['Sales', 'sales'],
        ['Sales', ' SALES  '],
      ],
    },
  })
  expect(peopleWithoutAccess).toEqual({ count: 3, examples: [3, 4, 5] })
  expect(sameHolders).toEqual({ count: 1, examples: [[0, 1]] })
  expect(heldByOne).toEqual({ count: 1, examples: [2] })
})

test('an attribute that is nearly constant says which grants only its cohorts would cover', () => {
  const others = Array.from({ length: 500 }, () => 0)
  const column = [...others, 1, 1, 1, 1, 1]
  const contractors = [500, 501, 502, 503, 504].map((i) => [i, 0] as const)
  const [attribute] = measureReadiness(people(['Staff', 'Contractor'], column, contractors), { today: 0 }).attributes
  expect(attribute).toMatchObject({ verdict: 'nearly_constant', lostGrants: 5, peopleInGroups: 505 })
})

test('what only groups hold is not held by nobody', () => {
  const memberships = { holder: Uint32Array.from([0]), entitlement: Uint32Array.from([1]) }
  const measured = measureReadiness(people(['x'], [0], [[0, 2]]), { today: 0, memberships })
  expect(measured.heldByNobody).toEqual({ count: 1, examples: [0] })
})

test('a long chain of groups is walked without recursion', () => {
  const count = 100_000
  const parts = people(['x'], [0], [[0, count - 1]])
  const holder = Uint32Array.from({ length: count - 1 }, (_, i) => i)
  const held = holder.map((i) => i + 1)
  const chain = measureReadiness(parts, { today: 0, memberships: { holder, entitlement: held } })
  expect(chain).toMatchObject({ memberships: { count: count - 1 }, cycles: { count: 0 } })
  const ring = {
    holder: Uint32Array.from({ length: count }, (_, i) => i),
    entitlement: Uint32Array.from({ length: count }, (_, i) => (i + 1) % count),
  }
  expect(measureReadiness(parts, { today: 0, memberships: ring }).cycles).toEqual({ count: 1, examples: [[0, 1]] })
})
