import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eachValue } from '../attribute-lists.ts'
import { type Snapshot, snapshotOf } from '../snapshot.ts'
import { anySnapshotParts } from '../testing-snapshots.ts'
import { analyseCohort } from './analyse-cohort.ts'
import { leastSimilarity } from './clusters.ts'
import { holdersOfAll } from './holders.ts'

const options = { maxFacetValues: 1000 }

/** A snapshot, and some of its identities as the cohort. */
const anyCohort = fc.tuple(anySnapshotParts(), fc.infiniteStream(fc.boolean())).map(([parts, coin]) => {
  const snapshot = snapshotOf(parts)
  const members = Uint32Array.from([...snapshot.identityKey.keys()].filter(() => coin.next().value))
  return { snapshot, members }
})

const heldBy = (snapshot: Snapshot, identity: number) =>
  new Set(snapshot.rowEntitlement.subarray(snapshot.rowOffset[identity], snapshot.rowOffset[identity + 1]))
const holdersIn = (snapshot: Snapshot, members: Uint32Array, entitlements: readonly number[]) =>
  [...members].filter((member) => entitlements.every((one) => heldBy(snapshot, member).has(one)))

test('coverage, cutoff points and holders are what counting by hand gives', () => {
  fc.assert(
    fc.property(anyCohort, ({ snapshot, members }) => {
      const analysis = analyseCohort(snapshot, members, options)
      const counted = [...snapshot.entitlementKey.keys()]
        .map((entitlement) => ({ entitlement, grantedCount: holdersIn(snapshot, members, [entitlement]).length }))
        .filter(({ grantedCount }) => grantedCount > 0)
        .sort((a, b) => b.grantedCount - a.grantedCount || a.entitlement - b.entitlement)
      expect(analysis.entitlements).toEqual(counted)
      expect(analysis.cutoffPoints).toEqual(
        [...new Set(counted.map(({ grantedCount }) => grantedCount))].map((grantedCount) => {
          const selected = counted.filter((one) => one.grantedCount >= grantedCount).map((one) => one.entitlement)
          const holders = holdersIn(snapshot, members, selected)
          expect([...holdersOfAll(snapshot, members, selected)]).toEqual(holders)
          return { grantedCount, entitlementCount: selected.length, usersWithAll: holders.length }
        }),
      )
    }),
  )
})

test('facets count every value, and their sharpness is the adjusted share of variance that the values explain', () => {
  fc.assert(
    fc.property(anyCohort, ({ snapshot, members }) => {
      const { facets } = analyseCohort(snapshot, members, options)
      for (const { attribute, values, sharpness } of facets) {
        const one = snapshot.attributes.find(({ key }) => key === attribute)!
        const has = (member: number, value: string) => {
          let found = false
          eachValue(one, member, (ordinal) => (found ||= one.values[ordinal] === value))
          return found
        }
        for (const { value, userCount } of values)
          expect(userCount).toBe([...members].filter((member) => has(member, value)).length)
        const byHand =
          one.column === undefined
            ? values.map(({ value }) => sharpnessByHand(snapshot, members, (member) => Number(has(member, value))))
            : [sharpnessByHand(snapshot, members, (member) => one.column[member]!)]
        expect(sharpness).toBeCloseTo(Math.max(...byHand), 9)
      }
      const sharpnesses = facets.map(({ sharpness }) => sharpness)
      expect(sharpnesses).toEqual(sharpnesses.toSorted((a, b) => b - a))
    }),
  )
})

function sharpnessByHand(snapshot: Snapshot, members: Uint32Array, groupOf: (member: number) => number): number {
  const groups = Map.groupBy([...members], groupOf)
  const share = (group: readonly number[], entitlement: number) =>
    group.filter((member) => heldBy(snapshot, member).has(entitlement)).length / group.length
  let whole = 0
  let between = 0
  for (const entitlement of snapshot.entitlementKey.keys()) {
    const mean = share([...members], entitlement)
    whole += members.length * mean * (1 - mean)
    for (const group of groups.values()) between += group.length * (share(group, entitlement) - mean) ** 2
  }
  if (whole === 0 || members.length <= groups.size) return 0
  const byChance = (groups.size - 1) / (members.length - 1)
  return Math.max(0, (between / whole - byChance) / (1 - byChance))
}

test('clusters share no entitlement, resemble their leader, and count exactly who holds all of them', () => {
  fc.assert(
    fc.property(anyCohort, ({ snapshot, members }) => {
      const { clusters } = analyseCohort(snapshot, members, options)
      const all = clusters.flatMap(({ entitlements }) => entitlements)
      expect(new Set(all).size).toBe(all.length)
      for (const { entitlements, userCount, avgCoverage, avgSimilarity } of clusters) {
        const holders = entitlements.map((one) => new Set(holdersIn(snapshot, members, [one])))
        const [leader, ...others] = holders
        const similarities = others.map((one) => one.intersection(leader!).size / one.union(leader!).size)
        expect(Math.min(...similarities)).toBeGreaterThanOrEqual(leastSimilarity)
        expect(userCount).toBe(holdersIn(snapshot, members, entitlements).length)
        expect(avgSimilarity).toBeCloseTo(similarities.reduce((sum, one) => sum + one, 0) / similarities.length)
        const coverages = holders.map((one) => one.size / members.length)
        expect(avgCoverage).toBeCloseTo(coverages.reduce((sum, one) => sum + one, 0) / coverages.length)
      }
    }),
  )
})

test('what a few people always hold together is one cluster, whatever else they hold', () => {
  const rows = [[0, 1, 2, 5], [0, 1, 2, 3], [0, 1, 2], [3, 4], [4, 5], [3]]
  const snapshot = snapshotOf({
    identityKey: Int32Array.from(rows.keys()),
    entitlementKey: Int32Array.from({ length: 6 }, (_, i) => i),
    applicationKey: Int32Array.of(0),
    entitlementApplication: new Int32Array(6),
    rowOffset: Uint32Array.from([0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)]),
    rowEntitlement: Uint32Array.from(rows.flat()),
    identityStatus: new Uint8Array(6),
    identityType: new Uint8Array(6),
    attributes: [],
  })
  const { clusters } = analyseCohort(snapshot, Uint32Array.from(rows.keys()), options)
  expect(clusters).toEqual([{ entitlements: [0, 1, 2], userCount: 3, avgCoverage: 0.5, avgSimilarity: 1 }])
})

test('a limit of applications leaves out entitlements and changes no share', () => {
  fc.assert(
    fc.property(anyCohort, ({ snapshot, members }) => {
      const limited = analyseCohort(snapshot, members, { ...options, applications: [0] })
      const { entitlements } = analyseCohort(snapshot, members, options)
      expect(limited.entitlements).toEqual(
        entitlements.filter(({ entitlement }) => snapshot.entitlementApplication[entitlement] === 0),
      )
      expect(limited.cohortSize).toBe(members.length)
    }),
  )
})

test('a facet tells that it does not show every value', () => {
  const values = ['a', 'b', 'c']
  const snapshot = snapshotOf({
    identityKey: Int32Array.of(0, 1, 2, 3),
    entitlementKey: Int32Array.of(0),
    applicationKey: Int32Array.of(0),
    entitlementApplication: Int32Array.of(0),
    rowOffset: Uint32Array.of(0, 1, 1, 1, 1),
    rowEntitlement: Uint32Array.of(0),
    identityStatus: new Uint8Array(4),
    identityType: new Uint8Array(4),
    attributes: [{ key: 'team', values, column: Int32Array.of(0, 1, 2, 1) }],
  })
  const [facet] = analyseCohort(snapshot, Uint32Array.of(0, 1, 2, 3), { maxFacetValues: 2 }).facets
  expect(facet!.values).toEqual([
    { value: 'b', userCount: 2 },
    { value: 'a', userCount: 1 },
  ])
  expect(facet!.valuesTruncated).toBe(true)
})
