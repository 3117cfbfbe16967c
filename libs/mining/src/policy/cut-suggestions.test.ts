import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CohortFinder } from '../cohort-finder.ts'
import { cohortMembers } from '../cohort-members.ts'
import { mineCohorts } from '../mine-cohorts.ts'
import { type Snapshot, snapshotOf } from '../snapshot.ts'
import { anyOrganisationParts, organisationParts, seeded } from '../testing-snapshots.ts'
import { cutSuggestions } from './cut-suggestions.ts'
import { noPolicies, type PoliciesInForce } from './policies-in-force.ts'
import { plainlyCut } from './testing-policy-twin.ts'

function somePolicies(snapshot: Snapshot, seed: number): PoliciesInForce {
  const random = seeded(seed)
  const mask = (most: number, share: number) =>
    Uint8Array.from({ length: snapshot.entitlementCount }, () =>
      random() < share ? 1 + Math.floor(random() * most) : 0,
    )
  return {
    ...noPolicies(snapshot.entitlementCount),
    protection: [{ policy: 0, isProtected: mask(1, 0.1), leastCoverage: undefined }],
    unused: Uint16Array.from(snapshot.rowEntitlement, (e) => (e % 5 === 0 && random() < 0.5 ? 2 : 0)),
    separation: [{ policy: 2, sides: mask(2, 0.6) }],
    budgets: [{ policy: 3, mostShare: 600, mostGrants: undefined, privilegedWeight: 3 }],
    sizes: [{ policy: 4, fewestMembers: 6, fewestEntitlements: 2 }],
    isPrivileged: mask(1, 0.2),
  }
}

test('suggestions are cut as by hand, their figures are counted over all access, and the order stays', () => {
  let cuts = 0
  let refusals = 0
  for (const seed of [1, 2, 3, 4]) {
    const snapshot = snapshotOf(organisationParts({ seed, identityCount: 500, missing: 0.1 }))
    const policies = somePolicies(snapshot, seed)
    const result = mineCohorts(snapshot, { maxSuggestions: 10_000, minCohortSize: 4 })
    const { suggestions, refused, beyond } = cutSuggestions(snapshot, result, policies, 10_000)
    expect(beyond).toBe(0)
    const holds = (identity: number, e: number) => at(snapshot, identity, e) >= 0
    const expected = result.suggestions.flatMap((mined) => {
      const members = [...cohortMembers(snapshot, mined.filters, { population: mined.population })]
      const entitlements = mined.entitlements.map(({ entitlement }) => entitlement)
      const held = entitlements.map((e) => members.filter((i) => holds(i, e)).length)
      const unusedOf = (e: number) => members.filter((i) => holds(i, e) && policies.unused?.[at(snapshot, i, e)] === 2)
      const counts = {
        memberCount: members.length,
        entitlements: Uint32Array.from(entitlements),
        held: Uint32Array.from(held),
        counted: Uint32Array.from(entitlements, (e, i) => held[i]! - unusedOf(e).length),
        unusedBy: Uint16Array.from(entitlements, (e) => (unusedOf(e).length > 0 ? 2 : 0)),
        leastCoverage: 0.6,
      }
      const cut = plainlyCut(counts, policies)
      cuts += cut.leftOut.length
      if (cut.refusedBy !== undefined || cut.kept.length < 2) return []
      const withAll = [...Array(snapshot.identityCount).keys()].filter(
        (i) => snapshot.identityStatus[i] === 0 && cut.kept.every((e) => holds(i, e)),
      )
      const population = new Set(cohortMembers(snapshot, [], { population: mined.population }))
      const inside = withAll.filter((i) => members.includes(i)).length
      return [
        {
          filters: mined.filters,
          entitlements: cut.kept,
          leftOut: cut.leftOut,
          usersWithAll: inside,
          outsideWithAll: withAll.filter((i) => population.has(i)).length - inside,
          avgCoverage: expect.closeTo(
            cut.kept.reduce((sum, e) => sum + members.filter((i) => holds(i, e)).length / members.length, 0) /
              cut.kept.length,
            9,
          ),
        },
      ]
    })
    refusals += refused.length
    expect(refused.length + suggestions.length).toBe(result.suggestions.length)
    expect(
      suggestions.map(({ filters, entitlements, leftOut, usersWithAll, outsideWithAll, avgCoverage }) => ({
        filters,
        entitlements: entitlements.map(({ entitlement }) => entitlement),
        leftOut: leftOut.map(({ entitlement, step, policy }) => ({ entitlement, step, policy })),
        usersWithAll,
        outsideWithAll,
        avgCoverage,
      })),
    ).toEqual(expected)
  }
  expect(cuts).toBeGreaterThan(50)
  expect(refusals).toBeGreaterThan(3)
})

test('the limit is reached by what stands, not by what was refused', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 5, identityCount: 500 }))
  const policies = somePolicies(snapshot, 5)
  const result = mineCohorts(snapshot, { maxSuggestions: 10_000 })
  const all = cutSuggestions(snapshot, result, policies, 10_000)
  const first = cutSuggestions(snapshot, result, policies, 3)
  expect(first.suggestions).toEqual(all.suggestions.slice(0, 3))
  expect(first.suggestions.length + first.refused.length + first.beyond).toBe(result.suggestions.length)
})

test('the finder of many cohorts finds the members that one look at everybody finds', () => {
  fc.assert(
    fc.property(anyOrganisationParts(true), fc.integer(), (parts, seed) => {
      const snapshot = snapshotOf(parts)
      const random = seeded(seed)
      for (const population of ['people', 'machines'] as const) {
        const finder = new CohortFinder(snapshot, population)
        for (let round = 0; round < 8; round++) {
          const filters = snapshot.attributes
            .filter(() => random() < 0.4)
            .map(({ key, values }) => ({ attribute: key, values: values.filter(() => random() < 0.4) }))
          if (filters.length === 0) continue
          expect(finder.membersOf(filters)).toEqual(cohortMembers(snapshot, filters, { population }))
        }
      }
    }),
    { numRuns: 60 },
  )
})

function at({ rowOffset, rowEntitlement }: Snapshot, identity: number, entitlement: number): number {
  for (let place = rowOffset[identity]!; place < rowOffset[identity + 1]!; place++)
    if (rowEntitlement[place] === entitlement) return place
  return -1
}
