import { expect, test } from 'vitest'
import { cohortMembers } from '../cohort-members.ts'
import { rowsFromGrants } from '../grant-rows.ts'
import { mineCohorts } from '../mine-cohorts.ts'
import { type SnapshotParts, snapshotOf } from '../snapshot.ts'
import { organisationParts, seeded } from '../testing-snapshots.ts'
import { changeWords } from './change-words.ts'
import { suggestionChanges } from './suggestion-changes.ts'

function mined(parts: SnapshotParts) {
  const snapshot = snapshotOf(parts)
  return { snapshot, suggestions: mineCohorts(snapshot, { maxSuggestions: 100_000 }).suggestions }
}

/** The same organisation with other grants: each is kept or not, and some are added. */
function withGrants(
  parts: SnapshotParts,
  keeps: (identity: number, entitlement: number) => boolean,
  more: readonly (readonly [number, number])[] = [],
): SnapshotParts {
  const identity: number[] = []
  const entitlement: number[] = []
  const identityCount = parts.identityKey.length
  for (let i = 0; i < identityCount; i++) {
    for (let at = parts.rowOffset[i]; at < parts.rowOffset[i + 1]; at++) {
      if (!keeps(i, parts.rowEntitlement[at])) continue
      identity.push(i)
      entitlement.push(parts.rowEntitlement[at])
    }
  }
  for (const [i, e] of more) {
    identity.push(i)
    entitlement.push(e)
  }
  const grants = { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(entitlement) }
  return { ...parts, ...rowsFromGrants({ identityCount, entitlementCount: parts.entitlementKey.length }, grants) }
}

const parts = organisationParts({ seed: 5, identityCount: 600 })
const before = mined(parts)
const names = { entitlement: (key: number) => `E${key}` }

test('the same data change nothing', () => {
  expect(suggestionChanges(before, mined(parts))).toEqual([])
})

test('a suggestion whose grants are taken is gone, and the grants are counted', () => {
  const [first] = before.suggestions
  const members = new Set(cohortMembers(before.snapshot, first.filters))
  const told = new Set(first.entitlements.map(({ entitlement }) => entitlement))
  const after = mined(withGrants(parts, (i, e) => !(members.has(i) && told.has(e))))
  const change = suggestionChanges(before, after).find(({ filters }) => filters === first.filters)
  expect(change?.kind).toBe('gone')
  const taken = first.entitlements.reduce((sum, { grantedCount }) => sum + grantedCount, 0)
  expect(change?.reasons).toContainEqual({ kind: 'grants', given: 0, taken })
  expect(change?.removedEntitlements).toEqual([...told].map((e) => parts.entitlementKey[e]).sort((a, b) => a - b))
  const words = change === undefined ? [] : changeWords(change, names)
  expect(words[0]).toBe(`of the people who stayed, 0 grants of it were given and ${taken} taken`)
  expect(words[1]).toMatch(/^0 % of the cohort hold E\d+, \d+ % before$/)
})

test('an entitlement that everybody in a cohort gets joins its suggestion, with the coverage before and after', () => {
  const [first] = before.suggestions
  const rarely = [...before.snapshot.entitlementKey.keys()].find(
    (e) => !before.suggestions.some(({ entitlements }) => entitlements.some((one) => one.entitlement === e)),
  )
  const entitlement = rarely ?? 0
  const members = [...cohortMembers(before.snapshot, first.filters)]
  const after = mined(
    withGrants(
      parts,
      (_, e) => e !== entitlement,
      members.map((i) => [i, entitlement]),
    ),
  )
  const change = suggestionChanges(before, after).find(
    ({ filters }) => JSON.stringify(filters) === JSON.stringify(first.filters),
  )
  expect(change?.kind).toBe('changed')
  expect(change?.addedEntitlements).toEqual([parts.entitlementKey[entitlement]])
  const coverage = change?.reasons.find(({ kind }) => kind === 'coverage')
  expect(coverage).toMatchObject({ entitlement: parts.entitlementKey[entitlement], after: 1 })
})

test('people who move are counted as they come and go', () => {
  const department = parts.attributes[0]
  const column = department.column?.slice() ?? new Int32Array(0)
  const moving = [...column.keys()].filter((i) => column[i] === 0).slice(0, 12)
  for (const i of moving) column[i] = 1
  const moved = {
    ...parts,
    attributes: [{ key: department.key, values: department.values, column }, ...parts.attributes.slice(1)],
  }
  const isMined = (i: number) => parts.identityStatus[i] === 0 && parts.identityType[i] === 0
  const came = moving.filter(isMined).length
  const changes = suggestionChanges(before, mined(moved))
  for (const { filters, reasons } of changes) {
    if (filters.length !== 1 || filters[0].attribute !== 'department') continue
    const people = reasons.find(({ kind }) => kind === 'people')
    if (filters[0].values[0] === 'department 1') expect(people).toMatchObject({ joined: came, left: 0 })
    if (filters[0].values[0] === 'department 0') expect(people).toMatchObject({ joined: 0, left: came })
  }
  for (const change of changes) expect(changeWords(change, names)).toHaveLength(change.reasons.length)
})

test('every change has a reason, and an attribute that is gone is one', () => {
  const random = seeded(9)
  const after = mined(withGrants(parts, () => random() < 0.97))
  for (const { reasons } of suggestionChanges(before, after)) expect(reasons.length).toBeGreaterThan(0)
  const without = mined({ ...parts, attributes: parts.attributes.slice(1) })
  const gone = suggestionChanges(before, without).find(
    ({ kind, filters }) => kind === 'gone' && filters.some(({ attribute }) => attribute === 'department'),
  )
  expect(gone?.reasons[0]).toEqual({ kind: 'attribute', attribute: 'department', isThere: false })
})
