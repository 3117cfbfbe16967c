import { expect, test } from 'vitest'
import { OrganisationDraft } from './organisation-draft.ts'
import { judgeQuality } from './quality-judge.ts'

/** Two departments of two teams of ten; the second team of each gives one entitlement that its department gives as well. */
function lendingOrganisation() {
  const draft = new OrganisationDraft(40, 1)
  const department = (i: number) => Math.floor(i / 20)
  const team = (i: number) => Math.floor(i / 10)
  draft.attribute('department', (i) => `Department ${department(i)}`)
  draft.attribute('team', (i) => `Team ${team(i)}`)
  const given = [0, 1].map((d) => draft.role('department', (i) => department(i) === d, 4))
  for (const t of [0, 1, 2, 3]) {
    const lent = t % 2 === 0 ? [] : [...(given[t >> 1]?.entitlements ?? [])].slice(0, 1)
    draft.role('team', (i) => team(i) === t, 3, lent)
  }
  return draft.finish({ missing: 0, extra: 0, blank: 0, wrong: 0, cased: 0 })
}

test('the ceiling of the strict judge is what it gives to who knows every role and tells nothing twice', () => {
  const organisation = lendingOrganisation()
  const { roles } = organisation
  const ofDepartments = new Set(roles.slice(0, 2).flatMap(({ entitlements }) => [...entitlements]))
  const known = roles.map(({ kind, identities, entitlements }) => ({
    identities,
    entitlements: kind === 'department' ? entitlements : entitlements.filter((e) => !ofDepartments.has(e)),
  }))
  const { fair, strict, strictCeiling } = judgeQuality(organisation, known)
  expect(fair.f1).toBe(1)
  expect(strictCeiling).toBeCloseTo(4 / 6)
  expect(strict.f1).toBeCloseTo(strictCeiling)
})
