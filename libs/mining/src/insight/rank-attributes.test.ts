import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resolveSettings } from '../cohort-settings.ts'
import { preparePopulation } from '../population.ts'
import { type Snapshot, snapshotOf } from '../snapshot.ts'
import { anyOrganisationParts, organisationParts } from '../testing-snapshots.ts'
import { rankAttributes } from './rank-attributes.ts'

/** The slow twin: for each grant the attributes that explain it, by sets and strings. */
function plainlyExplained(snapshot: Snapshot, minCohortSize: number) {
  const settings = resolveSettings({ minCohortSize })
  const graph = preparePopulation(snapshot, settings, 'people')
  const common = new Set(graph.commonAccess.map(({ entitlement }) => entitlement))
  const used = graph.attributeReports.filter(({ verdict }) => verdict === 'used').map(({ attribute }) => attribute)
  const people = [...graph.persons]
  const held = (i: number) => [...snapshot.rowEntitlement.subarray(snapshot.rowOffset[i], snapshot.rowOffset[i + 1])]
  const valuesOf = (key: string, i: number): string[] => {
    const attribute = snapshot.attributes.find((one) => one.key === key)
    if (attribute?.column === undefined) return []
    const text = attribute.column[i]! < 0 ? '' : attribute.values[attribute.column[i]!]!.trim().toLowerCase()
    return text === '' || text === 'n/a' ? [] : [text]
  }
  const explainedBy = (keys: readonly string[], i: number, e: number) => {
    const own = keys.map((key) => valuesOf(key, i)[0])
    if (own.some((value) => value === undefined)) return false
    const cohort = people.filter((other) => keys.every((key, k) => valuesOf(key, other)[0] === own[k]))
    if (cohort.length < minCohortSize) return false
    return cohort.filter((other) => held(other).includes(e)).length >= Math.ceil(0.6 * cohort.length - 1e-9)
  }
  const grants = people.flatMap((i) =>
    held(i)
      .filter((e) => !common.has(e))
      .map((e) => [i, e] as const),
  )
  const sets = grants.map(([i, e]) => new Set(used.filter((key) => explainedBy([key], i, e))))
  const pairs = used.flatMap((a, i) => used.slice(i + 1).map((b) => [a, b] as const))
  const byPairs = grants.filter(([i, e], at) => sets[at]!.size === 0 && pairs.some((pair) => explainedBy(pair, i, e)))
  return { grants: grants.length, sets, byPairs: byPairs.length, used }
}

test('attributes are ranked by the grants that plain loops count', () => {
  fc.assert(
    fc.property(anyOrganisationParts(), fc.constantFrom(2, 4), (parts, minCohortSize) => {
      const snapshot = snapshotOf(parts)
      const ranking = rankAttributes(snapshot, { minCohortSize })
      const { grants, sets, byPairs, used } = plainlyExplained(snapshot, minCohortSize)
      expect(ranking.grants).toBe(grants)
      expect(ranking.explainedAlone).toBe(sets.filter(({ size }) => size > 0).length)
      const told = new Set<string>()
      let most = Number.POSITIVE_INFINITY
      for (const { attribute, verdict, alone, added, only } of ranking.attributes) {
        if (verdict !== 'used') continue
        expect(alone).toBe(sets.filter((set) => set.has(attribute)).length)
        expect(only).toBe(sets.filter((set) => set.has(attribute) && set.size === 1).length)
        const left = sets.filter((set) => [...told].every((key) => !set.has(key)))
        expect(added).toBe(left.filter((set) => set.has(attribute)).length)
        expect(added).toBeLessThanOrEqual(most)
        most = added
        told.add(attribute)
      }
      expect([...told].sort()).toEqual([...used].sort())
      expect(ranking.explained - ranking.explainedAlone).toBe(byPairs)
    }),
    { numRuns: 25 },
  )
})

test('what an attribute explains that another one says as well adds nothing', () => {
  const parts = organisationParts({ seed: 2, identityCount: 300 })
  const [department] = parts.attributes
  const copy = { ...department, key: 'unit', values: department!.values.map((value) => value.toUpperCase()) }
  const snapshot = snapshotOf({ ...parts, attributes: [department, copy] } as typeof parts)
  const [first, second] = rankAttributes(snapshot).attributes
  expect(first!.added).toBe(first!.alone)
  expect([second!.alone, second!.added, second!.only]).toEqual([first!.alone, 0, 0])
})
