import fc from 'fast-check'
import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { anyOrganisationParts, anySnapshotParts, tinyParts } from '../testing-snapshots.ts'
import { analyseCohort } from './analyse-cohort.ts'
import { heldBy, plainCutoffs } from './testing-concept-twins.ts'

const anyCohort = fc
  .oneof(anySnapshotParts(), anyOrganisationParts())
  .map(snapshotOf)
  .chain((snapshot) =>
    fc.record({
      snapshot: fc.constant(snapshot),
      population: fc.array(fc.nat({ max: Math.max(0, snapshot.identityCount - 1) }), {
        maxLength: snapshot.identityCount === 0 ? 0 : 60,
      }),
      selection: fc.array(fc.nat({ max: Math.max(0, snapshot.entitlementCount - 1) }), {
        maxLength: Math.min(4, snapshot.entitlementCount),
      }),
    }),
  )

test('coverage, cutoffs and holders of a selection are exact', () => {
  fc.assert(
    fc.property(anyCohort, ({ snapshot, population, selection }) => {
      const held = heldBy(snapshot)
      const members = [...new Set(population)].sort((a, b) => a - b)
      const analysis = analyseCohort(snapshot, population)
      expect([...analysis.members]).toEqual(members)
      for (const { entitlement, grantedCount, coverage } of analysis.entitlements) {
        expect(grantedCount).toBe(members.filter((i) => held[i].has(entitlement)).length)
        expect(coverage).toBe(grantedCount / members.length)
      }
      const all = new Set(members.flatMap((i) => [...held[i]]))
      expect(new Set(analysis.entitlements.map((e) => e.entitlement))).toEqual(all)
      expect(analysis.cutoffs).toEqual(plainCutoffs(snapshot, members))
      expect([...analysis.holdersOfAll(selection)]).toEqual(
        members.filter((i) => selection.every((e) => held[i].has(e))),
      )
    }),
  )
})

test('a cluster says truly how many hold all of it and how similar its entitlements are', () => {
  fc.assert(
    fc.property(anyCohort, ({ snapshot, population }) => {
      const held = heldBy(snapshot)
      const members = [...new Set(population)]
      const seen = new Set<number>()
      for (const cluster of analyseCohort(snapshot, population).clusters) {
        const { entitlements, userCount, avgCoverage, avgSimilarity } = cluster
        expect(entitlements.length).toBeGreaterThan(1)
        for (const e of entitlements) {
          expect(seen.has(e)).toBe(false)
          seen.add(e)
        }
        const holders = entitlements.map((e) => new Set(members.filter((i) => held[i].has(e))))
        const jaccard = (a: ReadonlySet<number>, b: ReadonlySet<number>) => a.intersection(b).size / a.union(b).size
        const pairs = holders.flatMap((a, i) => holders.slice(i + 1).map((b) => jaccard(a, b)))
        expect(userCount).toBe(members.filter((i) => entitlements.every((e) => held[i].has(e))).length)
        expect(avgCoverage).toBeCloseTo(holders.reduce((sum, h) => sum + h.size, 0) / holders.length / members.length)
        expect(avgSimilarity).toBeCloseTo(pairs.reduce((sum, j) => sum + j, 0) / pairs.length)
        for (const other of holders.slice(1)) expect(jaccard(holders[0], other)).toBeGreaterThanOrEqual(0.6)
      }
    }),
  )
})

test('facets count every value of every member once', () => {
  fc.assert(
    fc.property(anyCohort, ({ snapshot, population }) => {
      const members = new Set(population)
      for (const { userCount, values, sharpening } of analyseCohort(snapshot, population).facets) {
        expect(values.reduce((sum, value) => sum + value.userCount, 0)).toBe(userCount)
        expect(userCount).toBeLessThanOrEqual(members.size)
        expect(sharpening).toBeGreaterThanOrEqual(0)
        expect(sharpening).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test('the attribute that decides the access comes first, an attribute of single persons last', () => {
  const parts = tinyParts()
  const count = 40
  const rows = Array.from({ length: count }, (_, i) => (i < 20 ? [0] : [1]))
  const facets = analyseCohort(
    snapshotOf({
      ...parts,
      identityKey: Int32Array.from({ length: count }, (_, i) => i),
      identityStatus: new Uint8Array(count),
      identityType: new Uint8Array(count),
      rowOffset: Uint32Array.from({ length: count + 1 }, (_, i) => i),
      rowEntitlement: Uint32Array.from(rows.flat()),
      attributes: [
        { key: 'badge', values: rows.map((_, i) => `badge ${i}`), column: Int32Array.from(rows.keys()) },
        { key: 'coin', values: ['heads', 'tails'], column: Int32Array.from(rows, (_, i) => i % 2) },
        { key: 'team', values: ['one', 'two'], column: Int32Array.from(rows, (_, i) => (i < 20 ? 0 : 1)) },
      ],
    }),
    Array.from({ length: count }, (_, i) => i),
  ).facets
  expect(facets.map(({ attribute, sharpening }) => [attribute, sharpening])).toEqual([
    ['team', 1],
    ['badge', 0],
    ['coin', 0],
  ])
})

test('an ordinal outside the snapshot is refused, and named', () => {
  const snapshot = snapshotOf(tinyParts())
  expect(() => analyseCohort(snapshot, [0, 7])).toThrow('population[1]: expected an ordinal below 2, got 7')
  expect(() => analyseCohort(snapshot, [0]).holdersOfAll([9])).toThrow(
    'selection[0]: expected an ordinal below 2, got 9',
  )
})
