import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listsFrom } from '../attribute-lists.ts'
import { cohortMembers } from '../cohort-members.ts'
import { type Snapshot, snapshotOf } from '../snapshot.ts'
import { anySnapshotParts } from '../testing-snapshots.ts'
import { describeCohort, selectionEffect } from './describe-cohort.ts'
import { nearestText } from './near-text.ts'
import { searchConditions } from './search-conditions.ts'

/** A snapshot, and perhaps a value that its cohort is to have. */
const anyCohort = fc.tuple(anySnapshotParts(), fc.nat(), fc.nat()).map(([parts, which, value]) => {
  const snapshot = snapshotOf(parts)
  const attribute = snapshot.attributes[which % (snapshot.attributes.length + 1)]
  const wanted = attribute?.values[value % Math.max(1, attribute.values.length)]?.trim()
  const filters = attribute === undefined || !wanted ? [] : [{ attribute: attribute.key, values: [wanted] }]
  return { snapshot, filters }
})

const holds = ({ rowOffset, rowEntitlement }: Snapshot, identity: number, entitlement: number) =>
  rowEntitlement.subarray(rowOffset[identity], rowOffset[identity + 1]).includes(entitlement)

test('what a cohort holds and what each cut-off selects is what counting by hand gives', () => {
  fc.assert(
    fc.property(anyCohort, ({ snapshot, filters }) => {
      const members = [...cohortMembers(snapshot, filters)]
      const outside = [...cohortMembers(snapshot, [])].filter((one) => !members.includes(one))
      const counted = [...snapshot.entitlementKey.keys()]
        .map((entitlement) => ({
          entitlement,
          holders: members.filter((one) => holds(snapshot, one, entitlement)).length,
          outsideHolders: outside.filter((one) => holds(snapshot, one, entitlement)).length,
        }))
        .filter(({ holders }) => holders > 0)
        .sort((a, b) => b.holders - a.holders || a.entitlement - b.entitlement)
      const described = describeCohort(snapshot, filters)
      expect(described.entitlements).toEqual(counted)
      expect([described.members, described.people]).toEqual([members.length, members.length + outside.length])
      const all = (people: number[], selected: number[]) =>
        people.filter((one) => selected.every((entitlement) => holds(snapshot, one, entitlement))).length
      const steps = [...new Set(counted.map(({ holders }) => holders))].map((holders) => {
        const selected = counted.filter((one) => one.holders >= holders).map(({ entitlement }) => entitlement)
        const effect = selectionEffect(snapshot, filters, selected)
        expect(effect).toEqual({
          members: members.length,
          holders: selected.map((entitlement) => members.filter((one) => holds(snapshot, one, entitlement)).length),
          withAll: all(members, selected),
          outsideWithAll: all(outside, selected),
        })
        return {
          holders,
          entitlementCount: selected.length,
          withAll: effect.withAll,
          outsideWithAll: effect.outsideWithAll,
        }
      })
      expect(described.steps).toEqual(steps)
    }),
  )
})

/** Ten people of Sales and two of "Treasury", half of Sales in Berlin with two more things in common. */
function company(): Snapshot {
  const people = Array.from({ length: 12 }, (_, person) => person)
  const rows = people.map((person) => (person >= 10 ? [] : person < 5 ? [0, 1, 2] : [0]))
  return snapshotOf({
    identityKey: Int32Array.from(people),
    entitlementKey: Int32Array.of(0, 1, 2),
    applicationKey: Int32Array.of(0),
    entitlementApplication: Int32Array.of(0, 0, 0),
    rowOffset: Uint32Array.from([0, ...people.map((person) => rows.slice(0, person + 1).flat().length)]),
    rowEntitlement: Uint32Array.from(rows.flat()),
    identityStatus: new Uint8Array(12),
    identityType: new Uint8Array(12),
    attributes: [
      {
        key: 'department',
        values: ['Sales', 'Treasury'],
        column: Int32Array.from(people, (person) => (person < 10 ? 0 : 1)),
      },
      {
        key: 'location',
        values: ['Berlin', 'Oslo'],
        column: Int32Array.from(people, (person) => (person < 5 ? 0 : 1)),
      },
      { key: 'projects', values: ['x', 'y'], lists: listsFrom(people.map((person) => (person < 7 ? [0, 1] : []))) },
    ],
  })
}

test('a condition that would make people share more is told with how much', () => {
  const { narrowing } = describeCohort(company(), [{ attribute: 'department', values: ['Sales'] }])
  expect(narrowing.slice(0, 1)).toEqual([{ attribute: 'location', value: 'Berlin', people: 5, moreShared: 2 }])
  expect(narrowing.map(({ attribute }) => attribute)).not.toContain('department')
})

test('where nobody matches, each condition tells what it and the others have, and how its value may be spelled', () => {
  const { members, unmet } = describeCohort(company(), [
    { attribute: 'department', values: ['Tresury'] },
    { attribute: 'location', values: ['Oslo'] },
  ])
  expect(members).toBe(0)
  expect(unmet).toEqual([
    { attribute: 'department', people: 0, peopleWithout: 7, similar: { value: 'Treasury', people: 2 } },
    { attribute: 'location', people: 7, peopleWithout: 0, similar: undefined },
  ])
})

test('conditions are found by a part of their value, among the people of a cohort, or nearly', () => {
  const snapshot = company()
  const found = (text: string, attribute?: string, filters: Parameters<typeof searchConditions>[3] = []) => {
    const { conditions, isNearly } = searchConditions(snapshot, text, attribute, filters)
    return [isNearly, ...conditions.map(({ value, people }) => `${value} ${people}`)]
  }
  expect(found('SA')).toEqual([false, 'Sales 10'])
  expect(found('', 'location')).toEqual([false, 'Oslo 7', 'Berlin 5'])
  expect(found('', 'location', [{ attribute: 'department', values: ['Treasury'] }])).toEqual([false, 'Oslo 2'])
  expect(found('tresury')).toEqual([true, 'Treasury 2'])
  expect(found('nothing like it')).toEqual([false])
})

test.each([
  ['Tresury', 'Treasury'],
  ['sales', 'Sales'],
  ['Sla', undefined],
  ['Marketing', undefined],
  ['', undefined],
])('the nearest of some texts to "%s" is %s', (text, nearest) => {
  expect(nearestText(text, ['Sales', 'Treasury'])).toBe(nearest)
})
