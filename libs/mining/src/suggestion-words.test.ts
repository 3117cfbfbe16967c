import { expect, test } from 'vitest'
import type { CohortSuggestion, SuggestedEntitlement } from './cohort-result.ts'
import { mineCohorts } from './mine-cohorts.ts'
import { snapshotOf } from './snapshot.ts'
import { suggestionWords } from './suggestion-words.ts'
import { tinyParts } from './testing-snapshots.ts'
import { wilsonLower } from './wilson.ts'

const snapshot = snapshotOf({
  ...tinyParts(),
  entitlementKey: Int32Array.of(1, 2, 3, 4, 5),
  applicationKey: Int32Array.of(1, 2, 3),
  entitlementApplication: Int32Array.of(0, 0, 1, 1, 2),
})

const names = {
  application: (a: number) => ['Cloud Console', 'Secrets Vault', 'Wiki'][a]!,
  entitlement: (e: number) => `Entitlement ${e}`,
  value: (attribute: string, value: string) => (attribute === 'manager' ? 'Maria Lopez' : value),
}

function suggestion(filters: Record<string, string>, entitlements: number[], changes: Partial<CohortSuggestion> = {}) {
  const made: CohortSuggestion = {
    population: 'people',
    filters: Object.entries(filters).map(([attribute, value]) => ({ attribute, values: [value] })),
    cohortSize: 45,
    outsideSize: 1000,
    entitlements: entitlements.map(
      (entitlement, i): SuggestedEntitlement => ({
        entitlement,
        grantedCount: 45 - i,
        coverage: (45 - i) / 45,
        coverageLowerBound: wilsonLower(45 - i, 45),
        outsideCount: 30,
        baseRate: 0.03,
        explainedCount: 45 - i,
      }),
    ),
    usersWithAll: 42,
    outsideWithAll: 30,
    avgCoverage: 0.97,
    confidence: 0.9,
    explainedGrants: 130,
    score: 120,
    ...changes,
  }
  return made
}

test.each<[Record<string, string>, number[], Partial<CohortSuggestion>, string]>([
  [{ department: 'Engineering', job_title: 'SRE' }, [0, 1, 2], {}, 'Engineering / SRE: Cloud Console access'],
  [{ job_title: 'SRE', department: 'Engineering' }, [0, 1], {}, 'Engineering / SRE: Cloud Console access'],
  [{ location: 'Berlin' }, [0, 1, 2, 3], {}, 'Berlin: Cloud Console and Secrets Vault access'],
  [{ department: 'Sales' }, [0, 2, 4], {}, 'Sales: core access'],
  [{ manager: 'i-17', department: 'Sales' }, [4], {}, 'Sales / Team of Maria Lopez: Wiki access'],
  [{ department: 'Sales' }, [4], { population: 'machines' }, 'Sales (machines): Wiki access'],
  [{ team: 'T-9' }, [4], {}, 'Team T-9: Wiki access'],
  [{ team: 'Team 9' }, [4], {}, 'Team 9: Wiki access'],
  [{ employment_type: 'Employee', cost_center: '1000' }, [4], {}, 'Cost center 1000 / Employee: Wiki access'],
  [{ department: '1028' }, [4], {}, 'Department 1028: Wiki access'],
  [{ department: 'x'.repeat(80) }, [4], {}, `${'x'.repeat(59)}…: Wiki access`],
])('%j with entitlements %j is called as a person would', (filters, entitlements, changes, name) => {
  expect(suggestionWords(snapshot, suggestion(filters, entitlements, changes), names).name).toBe(name)
})

test('however long the names of things are, an access profile can have the name and the description', () => {
  const long = { ...names, application: () => 'a'.repeat(3000) }
  const words = suggestionWords(
    snapshot,
    suggestion({ department: 'd'.repeat(1000), location: 'l' }, [0, 1, 2, 3]),
    long,
  )
  expect(words.name).toMatch(/^.{255}…$/)
  expect(words.description).toMatch(/^.{4095}…$/)
})

test('the reasons carry their numbers', () => {
  expect(suggestionWords(snapshot, suggestion({ department: 'Engineering' }, [0, 1, 2]), names)).toEqual({
    name: 'Engineering: Cloud Console access',
    description: '3 entitlements for the 45 people with department Engineering: Cloud Console (2), Secrets Vault (1).',
    insights: [
      '42 of 45 hold all 3; outside this cohort 3 % do',
      'On average a member holds 97 % of these entitlements, others 3 %',
      'Held by most: Entitlement 0 (45 of 45); by fewest: Entitlement 2 (43 of 45)',
      'The role would replace 130 single grants and add 3 that members lack today',
      'Strong evidence that these attributes are the reason',
    ],
  })
})

test.each([
  [0.75, 'Strong'],
  [0.749, 'Good'],
  [0.5, 'Good'],
  [0.499, 'Limited'],
])('a confidence of %d is said as %s', (confidence, word) => {
  const { insights } = suggestionWords(snapshot, suggestion({ department: 'Sales' }, [4], { confidence }), names)
  expect(insights).toContain(`${word} evidence that these attributes are the reason`)
})

test('a value that is written in several ways is said once, in the commonest', () => {
  const made = suggestion({ department: 'Sales' }, [4], {
    filters: [{ attribute: 'department', values: ['Sales', 'SALES', 'sales'] }],
  })
  const { name, description } = suggestionWords(snapshot, made, names)
  expect(name).toBe('Sales: Wiki access')
  expect(description).toContain('with department Sales:')
})

test.each<[Partial<CohortSuggestion>, string]>([
  [{ outsideWithAll: 0 }, '42 of 45 hold all 3; outside this cohort nobody does'],
  [{ outsideWithAll: 1 }, '42 of 45 hold all 3; outside this cohort under 1 % do'],
  [{ outsideWithAll: 999 }, '42 of 45 hold all 3; outside this cohort over 99 % do'],
  [{ outsideSize: 0, outsideWithAll: 0 }, '42 of 45 hold all 3; there is nobody outside this cohort'],
])('with %j the first reason is "%s"', (changes, line) => {
  const words = suggestionWords(snapshot, suggestion({ department: 'Sales' }, [0, 1, 2], changes), names)
  expect(words.insights[0]).toBe(line)
})

test('a small cohort says how uncertain it is', () => {
  const words = suggestionWords(snapshot, suggestion({ department: 'Sales' }, [0, 1], { cohortSize: 6 }), names)
  expect(words.insights.at(-1)).toContain('With 6 members certainty is limited')
})

test('the example of docs/mining.md: 5 of 6 and 6 of 6 hold, 1 of 14 outside holds the first, confidence 0.504', () => {
  const rows = Array.from({ length: 20 }, (_, i) => {
    if (i < 6) return i === 5 ? [1] : [0, 1]
    return i === 6 ? [0] : []
  })
  const result = mineCohorts(
    snapshotOf({
      identityKey: Int32Array.from(rows.keys()),
      entitlementKey: Int32Array.of(1, 2),
      applicationKey: Int32Array.of(1),
      entitlementApplication: Int32Array.of(0, 0),
      rowOffset: Uint32Array.from({ length: 21 }, (_, i) => rows.slice(0, i).flat().length),
      rowEntitlement: Uint32Array.from(rows.flat()),
      identityStatus: new Uint8Array(20),
      identityType: new Uint8Array(20),
      attributes: [
        { key: 'department', values: ['Finance', 'Sales'], column: Int32Array.from(rows, (_, i) => (i < 6 ? 0 : 1)) },
      ],
    }),
  )
  expect(result.suggestions).toHaveLength(1)
  const { entitlements, confidence, score, usersWithAll, outsideWithAll, avgCoverage } = result.suggestions[0]!
  expect(entitlements.map((e) => [e.entitlement, e.grantedCount, e.outsideCount])).toEqual([
    [1, 6, 0],
    [0, 5, 1],
  ])
  expect(entitlements[0]!.coverageLowerBound).toBeCloseTo(0.6097, 4)
  expect(entitlements[1]!.coverageLowerBound).toBeCloseTo(0.4365, 4)
  expect(confidence).toBeCloseTo(0.5044, 4)
  expect({ usersWithAll, outsideWithAll }).toEqual({ usersWithAll: 5, outsideWithAll: 0 })
  expect(score).toBeCloseTo(30.91, 2)
  expect(avgCoverage).toBeCloseTo(11 / 12, 12)
})

test('a name that turns the direction around does not turn around the words after it', () => {
  const { name, description, insights } = suggestionWords(
    snapshot,
    suggestion({ department: 'Legal \u202eexe.fdp' }, [0, 1]),
    {
      ...names,
      entitlement: (e) => `Entitlement \u2067${e}`,
    },
  )
  expect(name).toBe('Legal exe.fdp: Cloud Console access')
  expect([description, ...insights].join()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
})
