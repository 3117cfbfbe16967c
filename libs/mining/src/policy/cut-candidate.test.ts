import fc from 'fast-check'
import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { anySnapshotParts, seeded } from '../testing-snapshots.ts'
import { CandidateCounter } from './count-candidate.ts'
import { type CandidateCounts, cutCandidate } from './cut-candidate.ts'
import { noPolicies, type PoliciesInForce } from './policies-in-force.ts'
import { plainlyCut } from './testing-policy-twin.ts'

const entitlementCount = 12

/** Any policies over twelve entitlements; sides overlap, budgets are tight and loose. */
function anyPolicies(): fc.Arbitrary<PoliciesInForce> {
  const mask = (most: number) =>
    fc
      .array(fc.integer({ min: 0, max: most }), { minLength: entitlementCount, maxLength: entitlementCount })
      .map((values) => Uint8Array.from(values))
  const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 })
  const policy = fc.integer({ min: 0, max: 9 })
  return fc.record({
    protection: some(
      fc.record({ policy, isProtected: mask(1), leastCoverage: fc.constantFrom(undefined, 0, 5000, 9000, 10_000) }),
    ),
    separation: some(fc.record({ policy, sides: mask(3) })),
    budgets: some(
      fc.record({
        policy,
        mostShare: fc.constantFrom(undefined, 0, 500, 3000, 10_000),
        mostGrants: fc.constantFrom(undefined, 0, 3, 20),
        privilegedWeight: fc.constantFrom(1, 2, 10),
      }),
    ),
    sizes: some(
      fc.record({
        policy,
        fewestMembers: fc.integer({ min: 0, max: 8 }),
        fewestEntitlements: fc.integer({ min: 0, max: 4 }),
      }),
    ),
    unused: fc.constant(undefined),
    isPrivileged: mask(1),
    idRank: fc
      .shuffledSubarray([...Array(entitlementCount).keys()], { minLength: entitlementCount })
      .map((ranks) => Uint32Array.from(ranks)),
  })
}

function anyCounts(): fc.Arbitrary<CandidateCounts> {
  return fc
    .record({
      memberCount: fc.integer({ min: 1, max: 10 }),
      entitlements: fc.subarray([...Array(entitlementCount).keys()]),
      leastCoverage: fc.constantFrom(0, 0.5, 0.6),
      seed: fc.integer(),
    })
    .map(({ memberCount, entitlements, leastCoverage, seed }) => {
      const random = seeded(seed)
      const held = Uint32Array.from(entitlements, () => Math.floor(random() * (memberCount + 1)))
      const counted = held.map((count) => Math.floor(random() * (count + 1)))
      const unusedBy = Uint16Array.from(held, (count, i) => (count > counted[i]! ? 1 + Math.floor(random() * 3) : 0))
      return { memberCount, entitlements: Uint32Array.from(entitlements), held, counted, unusedBy, leastCoverage }
    })
}

test('a cut equals leaving out one entitlement at a time and counting everything afresh', () => {
  let cuts = 0
  fc.assert(
    fc.property(anyCounts(), anyPolicies(), (counts, policies) => {
      const { kept, leftOut, refusedBy } = cutCandidate(counts, policies)
      cuts += leftOut.length
      expect({
        kept: kept.map((at) => counts.entitlements[at]),
        leftOut: leftOut.map(({ entitlement, step, policy }) => ({ entitlement, step, policy })),
        refusedBy,
      }).toEqual(plainlyCut(counts, policies))
    }),
    { numRuns: 3000, seed: 1 },
  )
  expect(cuts).toBeGreaterThan(1000)
})

test('what is left holds to every policy, and without policies everything is left', () => {
  fc.assert(
    fc.property(anyCounts(), anyPolicies(), (counts, policies) => {
      const { kept } = cutCandidate(counts, policies)
      const left = kept.map((at) => counts.entitlements[at]!)
      for (const { isProtected, leastCoverage } of policies.protection) {
        if (leastCoverage === undefined) expect(left.filter((e) => isProtected[e] === 1)).toEqual([])
      }
      for (const { sides } of policies.separation) {
        expect(left.reduce((seen, e) => seen | sides[e]!, 0)).not.toBe(3)
      }
      const gains = kept.reduce((sum, at) => sum + counts.memberCount - counts.held[at]!, 0)
      for (const { mostGrants = Infinity } of policies.budgets) expect(gains).toBeLessThanOrEqual(mostGrants)
      const unasked = { ...counts, counted: counts.held, unusedBy: undefined }
      expect(cutCandidate(unasked, noPolicies(entitlementCount))).toEqual({
        kept: [...counts.entitlements.keys()],
        leftOut: [],
        refusedBy: undefined,
      })
    }),
    { numRuns: 500 },
  )
})

const asked = (held: readonly number[], more: Partial<PoliciesInForce>, memberCount = 10) => {
  const counts = Uint32Array.from(held)
  const entitlements = Uint32Array.from(held.keys())
  const policies = { ...noPolicies(entitlementCount), ...more }
  const cut = cutCandidate({ memberCount, entitlements, held: counts, counted: counts, leastCoverage: 0.5 }, policies)
  return { left: cut.kept, out: cut.leftOut.map(({ entitlement, step }) => [entitlement, step]) }
}
const sides = (...of: number[]) => Uint8Array.from({ length: entitlementCount }, (_, e) => of[e] ?? 0)

test('separation keeps the side with the larger sum of coverage, and of equal sides the one with the smallest id', () => {
  expect(asked([9, 8, 10], { separation: [{ policy: 0, sides: sides(1, 1, 2) }] })).toEqual({
    left: [0, 1],
    out: [[2, 'separation']],
  })
  expect(asked([9, 9], { separation: [{ policy: 0, sides: sides(2, 1) }] }).left).toEqual([0])
  const idRank = Uint32Array.from({ length: entitlementCount }, (_, e) => entitlementCount - e)
  expect(asked([9, 9], { idRank, separation: [{ policy: 0, sides: sides(2, 1) }] }).left).toEqual([1])
})

test('a group that gives something of both sets never stays', () => {
  expect(asked([9, 8], { separation: [{ policy: 0, sides: sides(3, 0) }] }).left).toEqual([1])
})

test('the budget drops the least covered until it holds, privileged ones counting more', () => {
  const budget = { policy: 0, mostShare: 1000, mostGrants: undefined, privilegedWeight: 1 }
  // 10 + 9 + 6 of 10: 5 of 30 cells are gains, then 1 of 20.
  expect(asked([10, 9, 6], { budgets: [budget] }).left).toEqual([0, 1])
  const isPrivileged = Uint8Array.from({ length: entitlementCount }, (_, e) => (e === 1 ? 1 : 0))
  expect(asked([10, 9, 6], { isPrivileged, budgets: [{ ...budget, privilegedWeight: 5 }] }).left).toEqual([0])
  const inAll = { ...budget, mostShare: undefined, mostGrants: 4 }
  expect(asked([10, 8, 8, 8], { budgets: [inAll] }).left).toEqual([0, 1, 2])
})

test('counting reads the rows of the members alone, and sets unused grants aside', () => {
  fc.assert(
    fc.property(anySnapshotParts(), fc.integer(), (parts, seed) => {
      const snapshot = snapshotOf(parts)
      const random = seeded(seed)
      const { identityCount, rowOffset, rowEntitlement } = snapshot
      const members = Uint32Array.from([...Array(identityCount).keys()].filter(() => random() < 0.5))
      const entitlements = Uint32Array.from([...Array(snapshot.entitlementCount).keys()].filter(() => random() < 0.5))
      const unused = Uint16Array.from(rowEntitlement, () => (random() < 0.4 ? 1 + Math.floor(random() * 3) : 0))
      const policies = { ...noPolicies(snapshot.entitlementCount), unused }
      const counts = new CandidateCounter(snapshot, policies).count(members, entitlements, 0.5)
      const grants = (e: number) =>
        [...members].flatMap((i) =>
          [...Array(rowOffset[i + 1]! - rowOffset[i]!).keys()]
            .map((n) => rowOffset[i]! + n)
            .filter((at) => rowEntitlement[at] === e),
        )
      for (const [i, e] of entitlements.entries()) {
        expect(counts.held[i]).toBe(grants(e).length)
        expect(counts.counted[i]).toBe(grants(e).filter((at) => unused[at] === 0).length)
        const by = [1, 2, 3].map((policy) => grants(e).filter((at) => unused[at] === policy).length)
        const most = Math.max(...by)
        expect(counts.unusedBy?.[i]).toBe(most === 0 ? 0 : 1 + by.indexOf(most))
      }
    }),
    { numRuns: 200 },
  )
})
