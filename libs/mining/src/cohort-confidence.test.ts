import { expect, test } from 'vitest'
import { cohortConfidence } from './cohort-confidence.ts'
import { rowsFromGrants } from './grant-rows.ts'
import { mineCohorts } from './mine-cohorts.ts'
import { snapshotOf } from './snapshot.ts'

/** Two departments of twelve; the first holds a and b nearly all, the second c, and some of each hold d. */
function departments() {
  const identity: number[] = []
  const entitlement: number[] = []
  const give = (person: number, what: number) => {
    identity.push(person)
    entitlement.push(what)
  }
  for (let person = 0; person < 24; person++) {
    if (person < 12 && person !== 3) give(person, 0)
    if (person < 12 || person === 20) give(person, 1)
    if (person >= 12) give(person, 2)
    if (person % 5 === 0) give(person, 3)
  }
  return snapshotOf({
    ...rowsFromGrants(
      { identityCount: 24, entitlementCount: 4 },
      { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(entitlement) },
    ),
    identityKey: Int32Array.from({ length: 24 }, (_, key) => key),
    identityStatus: new Uint8Array(24),
    identityType: new Uint8Array(24),
    entitlementKey: Int32Array.of(0, 1, 2, 3),
    entitlementApplication: new Int32Array(4),
    applicationKey: Int32Array.of(0),
    attributes: [
      { key: 'department', values: ['S', 'P'], column: Int32Array.from({ length: 24 }, (_, i) => (i < 12 ? 0 : 1)) },
    ],
  })
}

test('the confidence of a suggestion is that which the analysis measured on the same people', () => {
  const snapshot = departments()
  const { suggestions } = mineCohorts(snapshot, { minCohortSize: 5, minEntitlements: 1 })
  expect(suggestions.length).toBeGreaterThan(0)
  for (const { filters, entitlements, confidence } of suggestions) {
    const ordinals = entitlements.map((one) => one.entitlement)
    expect(cohortConfidence(snapshot, filters, ordinals)).toBeCloseTo(confidence, 12)
  }
})

test('what nobody of the cohort holds counts as 0, and a cohort of nobody has none', () => {
  const snapshot = departments()
  const sales = [{ attribute: 'department', values: ['S'] }]
  expect(cohortConfidence(snapshot, sales, [1, 2])).toBeCloseTo(cohortConfidence(snapshot, sales, [1]) / 2, 12)
  expect(cohortConfidence(snapshot, [{ attribute: 'department', values: ['X'] }], [1])).toBe(0)
  expect(cohortConfidence(snapshot, [{ attribute: 'mood', values: ['S'] }], [1])).toBe(0)
  expect(cohortConfidence(snapshot, sales, [])).toBe(0)
})
