import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPlaceholder } from './attribute-values.ts'
import { cohortMembers } from './cohort-members.ts'
import { splitGroups } from './grouping.ts'
import { mineCohorts } from './mine-cohorts.ts'
import { profileMatches } from './profile-matches.ts'
import { type SnapshotAttribute, type SnapshotParts, snapshotOf } from './snapshot.ts'
import { anySnapshotParts, organisationParts } from './testing-snapshots.ts'
import { binomialTail, wilsonLower, wilsonUpper } from './wilson.ts'

test.each([
  '',
  ' ',
  'N/A',
  'n/a',
  ' NA ',
  '-',
  '--',
  '?',
  'Not Applicable',
  'not  applicable',
  '(none)',
  'NULL',
  'Unknown',
  'TBD',
])('"%s" is a placeholder', (value) => expect(isPlaceholder(value)).toBe(true))

test.each(['Nate', 'NA-East', 'Unknown Pleasures Ltd', '0', 'None of the above', 'C++', '東京', 'R&D'])(
  '"%s" is a value',
  (value) => expect(isPlaceholder(value)).toBe(false),
)

test('members are those of whom some trimmed value equals a trimmed value of each filter, enabled and of the population', () => {
  fc.assert(
    fc.property(
      anySnapshotParts(),
      fc.array(fc.record({ at: fc.nat(3), values: fc.array(fc.nat(3)) }), { maxLength: 3 }),
      fc.constantFrom('people' as const, 'machines' as const),
      (parts, picks, population) => {
        const snapshot = snapshotOf(parts)
        const filters = picks.flatMap(({ at, values }) => {
          const attribute = parts.attributes[at]
          if (attribute === undefined) return []
          return [{ attribute: attribute.key, values: values.map((v) => ` ${attribute.values[v] ?? 'other'}\t`) }]
        })
        const expected = [...parts.identityStatus.keys()].filter(
          (i) =>
            parts.identityStatus[i] === 0 &&
            (population === 'people' ? [0] : [1, 2]).includes(parts.identityType[i]!) &&
            filters.every(({ attribute, values }) => {
              const own = valuesOf(parts.attributes.find((a) => a.key === attribute)!, i)
              return values.some((value) => own.includes(value.trim()))
            }),
        )
        expect([...cohortMembers(snapshot, filters, { population })]).toEqual(expected)
      },
    ),
  )
})

function valuesOf({ column, lists, values }: SnapshotAttribute, identity: number): string[] {
  const all = lists === undefined ? [column[identity]!] : [...lists.value.subarray(...rowOf(lists.offset, identity))]
  return all.filter((ordinal) => ordinal >= 0).map((ordinal) => values[ordinal]!.trim())
}

function rowOf(offset: Uint32Array, identity: number): [number, number] {
  return [offset[identity]!, offset[identity + 1]!]
}

test('an unknown attribute in a filter is refused and the known ones are named', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 1, identityCount: 10 }))
  expect(() => cohortMembers(snapshot, [{ attribute: 'planet', values: ['Mars'] }])).toThrow(
    'filters[0].attribute: expected one of department, title, team, place, kind, got "planet"',
  )
})

test.each<[string, number[], string, number, number[]]>([
  ['the same set', [3, 1, 2, 2], 'EXACT', 1, []],
  ['all and more', [1, 2, 3, 4], 'SUPERSET', 1, []],
  ['two of three', [1, 2, 9], 'PARTIAL', 2 / 3, [3]],
  ['one of three', [2], 'PARTIAL', 1 / 3, [1, 3]],
])('a profile with %s', (_, entitlements, type, overlapRatio, missing) => {
  expect(profileMatches([1, 2, 3], [{ id: 'p', entitlements }])).toEqual([{ id: 'p', type, overlapRatio, missing }])
})

test('less than 30 % is no match, 30 % is one, and the best come first', () => {
  const suggested = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  const profiles = [
    { id: 'two', entitlements: [1, 2] },
    { id: 'three', entitlements: [1, 2, 3] },
    { id: 'more', entitlements: [...suggested, 11] },
    { id: 'five', entitlements: [1, 2, 3, 4, 5] },
    { id: 'same', entitlements: suggested },
    { id: 'empty', entitlements: [] },
  ]
  expect(profileMatches(suggested, profiles).map((m) => m.id)).toEqual(['same', 'more', 'five', 'three'])
  expect(profileMatches([], profiles)).toEqual([])
})

test('groups equal grouping by a string key, small ones left out', () => {
  const column = fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 60, maxLength: 60 })
  fc.assert(
    // A count of values far above the people takes the hash instead of the table.
    fc.property(
      column,
      column,
      fc.integer({ min: 1, max: 8 }),
      fc.constantFrom(7, 100_000),
      (a, b, least, valueCount) => {
        const first = splitGroups(undefined, Int32Array.from(a), valueCount, least)
        const both = splitGroups(first, Int32Array.from(b), valueCount, least)
        const everyone = a.map((_, person) => person).filter((person) => a[person]! >= 0)
        const large = [...Map.groupBy(everyone, (person) => a[person]).values()].filter((g) => g.length >= least)
        const pairs = Map.groupBy(
          large
            .flat()
            .sort((x, y) => x - y)
            .filter((person) => b[person]! >= 0),
          (person) => `${a[person]}/${b[person]}`,
        )
        const expected = [...pairs.values()].filter((g) => g.length >= least)
        const got = Array.from({ length: both.count }, (_, g) => [
          ...both.members.subarray(both.offset[g], both.offset[g + 1]),
        ])
        expect(got).toEqual(expected)
        expect(both.tooSmall).toBe(pairs.size - expected.length)
        expect([...both.of]).toEqual(a.map((_, person) => expected.findIndex((g) => g.includes(person))))
      },
    ),
  )
})

test('Wilson intervals agree with published values and hold the share', () => {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  const rounded = [
    [81, 263],
    [15, 148],
    [0, 20],
    [1, 29],
  ].map(([c, n]) => [wilsonLower(c!, n!), wilsonUpper(c!, n!)].map((v) => v.toFixed(4)))
  expect(rounded).toEqual([
    ['0.2553', '0.3662'],
    ['0.0624', '0.1605'],
    ['0.0000', '0.1611'],
    ['0.0061', '0.1718'],
  ])
  for (let n = 1; n < 60; n++) {
    for (let c = 0; c <= n; c++) {
      expect(wilsonLower(c, n)).toBeLessThanOrEqual(c / n)
      expect(wilsonUpper(c, n)).toBeGreaterThanOrEqual(c / n - 1e-12)
    }
  }
})

test('binomial tails agree with the sum of all terms', () => {
  expect(binomialTail(0, 5, 0.3)).toBe(1)
  expect(binomialTail(6, 5, 0.3)).toBe(0)
  expect(binomialTail(5, 5, 0.5)).toBeCloseTo(1 / 32, 12)
  expect(binomialTail(2, 3, 0.1)).toBeCloseTo(0.028, 12)
  expect(binomialTail(1, 1000, 0.001)).toBeCloseTo(1 - 0.999 ** 1000, 10)
  // All terms near 1,000 of 2,000 are far below the smallest number.
  expect(binomialTail(1000, 2000, 0.99)).toBe(1)
})

test('a hint brings its cohorts forward and hides no fact', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 3, identityCount: 400 }))
  const plain = mineCohorts(snapshot)
  const title = plain.suggestions.findLast((s) => s.filters.length === 1 && s.filters[0]!.attribute === 'title')!
  const hints = [{ attribute: 'title', priority: 100, values: title.filters[0]!.values }]
  const hinted = mineCohorts(snapshot, { hints })
  const rank = (list: typeof plain.suggestions) =>
    list.findIndex((s) => JSON.stringify(s.filters) === JSON.stringify(title.filters))
  expect(rank(hinted.suggestions)).toBeLessThan(rank(plain.suggestions))
  const facts = (list: typeof plain.suggestions) => list.map((s) => JSON.stringify([s.filters, s.entitlements])).sort()
  expect(facts(hinted.suggestions)).toEqual(facts(plain.suggestions))
  const others = mineCohorts(snapshot, { hints: [{ ...hints[0]!, values: ['nowhere'] }] })
  expect(others.suggestions).toEqual(plain.suggestions)
})

test('the cap is applied last and counts what it cut', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 3, identityCount: 400 }))
  const all = mineCohorts(snapshot)
  const capped = mineCohorts(snapshot, { maxSuggestions: 3 })
  expect(capped.suggestions).toEqual(all.suggestions.slice(0, 3))
  expect(capped.rejected.beyond_max_suggestions).toBe(all.suggestions.length - 3)
})

test('common access is set apart, also by decision', () => {
  const parts = organisationParts({ seed: 3, identityCount: 400, missing: 0 })
  const plain = mineCohorts(snapshotOf(parts))
  expect(plain.populations[0]!.commonAccess.map((c) => [c.entitlement, c.coverage])).toEqual(
    [0, 1, 2].map((e) => [e, 1]),
  )
  const decided = plain.suggestions[0]!.entitlements[0]!.entitlement
  const after = mineCohorts(snapshotOf(parts), { commonEntitlements: [decided] })
  expect(after.populations[0]!.commonAccess.map((c) => c.entitlement)).toContain(decided)
  expect(after.suggestions.some((s) => s.entitlements.some((e) => e.entitlement === decided))).toBe(false)
})

test('an attribute that another one determines is never said twice', () => {
  const parts = organisationParts({ seed: 3, identityCount: 400 })
  const department = parts.attributes[0]!
  const twin = { ...department, key: 'cost_center', values: department.values.map((v) => `CC ${v}`) }
  const { suggestions } = mineCohorts(snapshotOf({ ...parts, attributes: [...parts.attributes, twin] }))
  for (const { filters } of suggestions) {
    const keys = filters.map((f) => f.attribute)
    expect(keys).not.toContain('cost_center')
    // A title belongs to one department, so naming both says nothing more.
    expect(keys.includes('title') && keys.includes('department')).toBe(false)
  }
})

test('attributes that name everyone, nobody, one thing or only days are dropped and reported', () => {
  const parts: SnapshotParts = organisationParts({ seed: 3, identityCount: 400 })
  const extra = (key: string, value: (i: number) => string) => ({
    key,
    values: Array.from({ length: 400 }, (_, i) => value(i)),
    column: Int32Array.from({ length: 400 }, (_, i) => i),
  })
  const attributes = [
    ...parts.attributes,
    extra('badge', (i) => `badge ${i}`),
    extra('company', (i) => (i < 2 ? 'Other' : ' Acme')),
    extra('notes', (i) => (i % 2 === 0 ? 'N/A' : '-')),
    extra('last_day', (i) => ['31.12.2026', '-', '30.6.2027 00:00'][i % 3] ?? ''),
    extra('first_day', (i) => ['31-JAN-2026', '15-mai-2026', '2026/2/1'][i % 3] ?? ''),
    extra('project', (i) => ['01-FIN-2026', '02-OPS-2026'][i % 2] ?? ''),
    extra('cost_centre', (i) => ['12-34-5678', '10-10-3000'][i % 2] ?? ''),
    extra('contract', (i) => ['31.12.2026', 'permanent', '30.6.2027'][i % 3] ?? ''),
  ]
  const { populations } = mineCohorts(snapshotOf({ ...parts, attributes }), { ignoredAttributes: ['team'] })
  const verdicts = Object.fromEntries(populations[0]!.attributes.map((a) => [a.attribute, a.verdict]))
  expect(verdicts).toEqual({
    department: 'used',
    title: 'used',
    team: 'ignored',
    place: 'used',
    kind: 'used',
    badge: 'nearly_unique',
    company: 'nearly_constant',
    notes: 'empty',
    last_day: 'ignored',
    first_day: 'ignored',
    project: 'used',
    cost_centre: 'used',
    contract: 'used',
  })
})

test('only the best attributes are combined when there are more than allowed', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 3, identityCount: 400 }))
  const { populations } = mineCohorts(snapshot, { maxAttributes: 2, populations: ['people'] })
  expect(populations[0]!.attributes.filter((a) => a.verdict === 'used')).toHaveLength(2)
  // Five single attributes and all pairs; two attributes make no three.
  expect(populations[0]!.combinationsAnalyzed).toBe(15)
})
