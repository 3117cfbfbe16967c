import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CohortFilter } from '../../cohort-result.ts'
import type { CohortMiningSettings } from '../../cohort-settings.ts'
import { mineCohorts } from '../../mine-cohorts.ts'
import { type Snapshot, snapshotOf } from '../../snapshot.ts'
import { anyOrganisationParts, organisationParts } from '../../testing-snapshots.ts'
import { type CohortVerdict, explainCohort } from './explain-cohort.ts'

const people = { populations: ['people' as const] }
const keyOf = (filters: readonly CohortFilter[]) =>
  filters
    .map(({ attribute, values }) => `${attribute}=${values[0]!.trim().toLowerCase()}`)
    .sort()
    .join()

/** The suggestion of a cohort when the analysis is really made. */
function suggestionOf(snapshot: Snapshot, filters: readonly CohortFilter[], settings: Partial<CohortMiningSettings>) {
  const { suggestions } = mineCohorts(snapshot, { ...settings, ...people })
  return suggestions.find((one) => keyOf(one.filters) === keyOf(filters))
}

const flipped = (verdict: CohortVerdict) =>
  Object.fromEntries((verdict.flip ?? []).map((one) => [one.setting, one.value]))

/** Conditions over one attribute or two that somebody matches. */
function someFilters(snapshot: Snapshot, pick: number): CohortFilter[] {
  const identity = pick % snapshot.identityCount
  const told = snapshot.attributes.flatMap(({ key, column, values }) =>
    column === undefined || column[identity]! < 0
      ? []
      : [{ attribute: key, values: [values[column[identity]!]!.trim()] }],
  )
  const usable = told.filter(({ values }) => values[0] !== '' && values[0] !== 'N/A')
  const first = pick % Math.max(1, usable.length)
  return pick % 3 === 0 ? usable.slice(first, first + 1) : usable.slice(first, first + 2)
}

test('a cohort is told as suggested exactly when an analysis suggests it, and a told change makes it one', () => {
  let flips = 0
  fc.assert(
    fc.property(anyOrganisationParts(), fc.nat(), fc.constantFrom(3, 5, 9), (parts, pick, minCohortSize) => {
      const snapshot = snapshotOf(parts)
      const filters = someFilters(snapshot, pick)
      if (filters.length === 0) return
      const settings = { minCohortSize, maxSuggestions: 1 + (pick % 7) }
      const verdict = explainCohort(snapshot, filters, { settings })
      expect(suggestionOf(snapshot, filters, settings) !== undefined).toBe(verdict.rule === 'suggested')
      if (verdict.flip === undefined) return
      flips++
      expect(verdict.rule).not.toBe('suggested')
      expect(suggestionOf(snapshot, filters, { ...settings, ...flipped(verdict) })).toBeDefined()
    }),
    { numRuns: 150, seed: 3 },
  )
  expect(flips).toBeGreaterThan(5)
})

test('with a told change of one setting an entitlement is in the suggestion of its cohort', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 11, identityCount: 300, missing: 0.3 }))
  let flips = 0
  for (const { filters } of mineCohorts(snapshot, people).suggestions.slice(0, 12)) {
    for (const { entitlement, rule } of explainCohort(snapshot, filters).entitlements) {
      const verdict = explainCohort(snapshot, filters, { entitlement })
      const own = suggestionOf(snapshot, filters, {})?.entitlements.map((one) => one.entitlement) ?? []
      expect(verdict.suggested).toEqual(own)
      if (own.includes(entitlement)) expect(rule).toBe('belongs')
      if (verdict.flip === undefined) continue
      flips++
      const then = suggestionOf(snapshot, filters, flipped(verdict))
      expect(then?.entitlements.map((one) => one.entitlement)).toContain(entitlement)
    }
  }
  expect(flips).toBeGreaterThan(0)
})

test('a department of four is too small, and with cohorts of four it is one', () => {
  const parts = organisationParts({ seed: 5, identityCount: 240, missing: 0 })
  const department = parts.attributes[0]!.column as Int32Array
  // All but four people of department 0 move to another one.
  let left = 4
  const isHere = (i: number) => parts.identityStatus[i] === 0 && parts.identityType[i] === 0 && left-- > 0
  const column = department.map((d, i) => (d !== 0 || isHere(i) ? d : 1))
  const [first, ...others] = parts.attributes
  const snapshot = snapshotOf({ ...parts, attributes: [{ key: first!.key, values: first!.values, column }, ...others] })
  const filters = [{ attribute: 'department', values: ['department 0'] }]
  const verdict = explainCohort(snapshot, filters)
  expect(verdict).toMatchObject({ rule: 'cohort_too_small', members: 4 })
  if (verdict.flip !== undefined) {
    expect(verdict.flip[0]).toEqual({ setting: 'minCohortSize', value: 4 })
    expect(suggestionOf(snapshot, filters, flipped(verdict))).toBeDefined()
  } else expect(verdict.tried[0]).toEqual({ setting: 'minCohortSize', value: 4 })
})

test('what decides before any counting is told by name', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 5, identityCount: 240 }))
  const department = { attribute: 'department', values: ['department 0'] }
  expect(explainCohort(snapshot, [{ attribute: 'department', values: ['no such'] }])).toMatchObject({
    rule: 'nobody',
    members: 0,
  })
  expect(
    explainCohort(snapshot, [{ attribute: 'department', values: ['department 0', 'department 1'] }]),
  ).toMatchObject({
    rule: 'several_values',
    attribute: 'department',
  })
  const ignored = { settings: { ignoredAttributes: ['department'] } }
  expect(explainCohort(snapshot, [department], ignored)).toMatchObject({
    rule: 'attribute_left_out',
    attribute: 'department',
    attributeVerdict: 'ignored',
  })
  const [kind] = ['kind 0']
  const both = [department, { attribute: 'kind', values: [kind] }]
  expect(explainCohort(snapshot, both, { settings: { maxFilters: 1 } })).toMatchObject({ rule: 'too_many_filters' })
  expect(() => explainCohort(snapshot, [{ attribute: 'shoe', values: ['9'] }])).toThrow(/filters\[0\].attribute/)
})
