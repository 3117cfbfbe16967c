import { expect, test } from 'vitest'
import { cohortMembers } from '../../cohort-members.ts'
import { mineCohorts } from '../../mine-cohorts.ts'
import { type Snapshot, snapshotOf } from '../../snapshot.ts'
import { organisationParts } from '../../testing-snapshots.ts'
import { explainEntitlement, explainHolding } from './explain-entitlement.ts'

const snapshot = snapshotOf(organisationParts({ seed: 11, identityCount: 260, missing: 0.15 }))
const people = { populations: ['people' as const] }
const suggestionsWith = (data: Snapshot, entitlement: number, settings = {}) =>
  mineCohorts(data, { ...settings, ...people }).suggestions.filter(({ entitlements }) =>
    entitlements.some((one) => one.entitlement === entitlement),
  )

type Mined = ReturnType<typeof suggestionsWith>[number]
const withOrdinals = ({ filters, entitlements }: Mined) => ({
  filters,
  entitlements: entitlements.map(({ entitlement }) => entitlement),
})

test('the rule about an entitlement is what an analysis comes to, and a told change brings it into a suggestion', () => {
  const rules = new Set<string>()
  const settings = { maxSuggestions: 12 }
  for (let e = 0; e < snapshot.entitlementCount; e += 3) {
    const verdict = explainEntitlement(snapshot, e, settings)
    rules.add(verdict.rule)
    const found = suggestionsWith(snapshot, e, settings)
    expect(verdict.rule === 'suggested').toBe(found.length > 0)
    expect(verdict.suggestions).toEqual(found.map(withOrdinals))
    const common = mineCohorts(snapshot, people).populations[0]!.commonAccess.some(
      ({ entitlement }) => entitlement === e,
    )
    expect(verdict.rule === 'common_access').toBe(common)
    const flip = verdict.nearest?.verdict.flip
    if (flip !== undefined) {
      const changed = { ...settings, ...Object.fromEntries(flip.map((one) => [one.setting, one.value])) }
      expect(suggestionsWith(snapshot, e, changed).length).toBeGreaterThan(0)
    }
  }
  expect([...rules].sort()).toEqual(expect.arrayContaining(['common_access', 'no_suggestion', 'suggested']))
})

test.each([
  [0.6, 5, 3],
  [0.55, 100, 55],
  [0.51, 3, 2],
])('with a coverage of %d in cohorts of %d, an entitlement needs %d holders', (minCoverage, minCohortSize, holders) => {
  expect(explainEntitlement(snapshot, 0, { minCoverage, minCohortSize }).fewestHolders).toBe(holders)
})

test('a told attribute brings the person into a suggestion with the entitlement, when it is changed and mined again', () => {
  let changes = 0
  for (let identity = 0; identity < snapshot.identityCount && changes < 6; identity += 7) {
    const e = (identity * 5) % snapshot.entitlementCount
    const verdict = explainHolding(snapshot, identity, e)
    const isMined = snapshot.identityStatus[identity] === 0 && snapshot.identityType[identity] === 0
    expect(verdict.rule === 'not_mined').toBe(!isMined)
    const own = suggestionsWith(snapshot, e).filter(({ filters }) =>
      cohortMembers(snapshot, filters).includes(identity),
    )
    if (isMined && verdict.rule !== 'common_access') expect(verdict.suggestions).toEqual(own.map(withOrdinals))
    if (verdict.change === undefined) continue
    changes++
    const { attribute, to } = verdict.change
    const attributes = snapshot.attributes.map((one) => {
      if (one.key !== attribute || one.column === undefined) return one
      const column = one.column.slice()
      column[identity] = one.values.findIndex((value) => value.trim() === to)
      return { key: one.key, values: one.values, column }
    })
    const changed = { ...snapshot, attributes }
    const reached = suggestionsWith(changed, e).some(({ filters }) =>
      cohortMembers(changed, filters).includes(identity),
    )
    expect(reached).toBe(true)
  }
  expect(changes).toBeGreaterThan(0)
})
