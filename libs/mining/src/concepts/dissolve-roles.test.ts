import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { dissolveUnions } from './dissolve-roles.ts'
import { RoleExplainer } from './explain-roles.ts'

const people = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i)

/** Two departments of 20 people each and what all of them hold. */
function unionOf(entitlementCount: number) {
  const drafts = [
    { entitlements: Uint32Array.of(0, 1, 2), members: people(0, 20), peers: 100 },
    { entitlements: Uint32Array.of(3, 4, 5), members: people(20, 40), peers: 100 },
    {
      entitlements: Uint32Array.from({ length: entitlementCount }, (_, e) => 6 + e),
      members: people(0, 40),
      peers: 100,
    },
  ]
  return { drafts, union: drafts[2]! }
}

test.each([
  { entitlements: 3, named: 'by one value', isKept: true },
  { entitlements: 3, named: 'by a list of two values', isKept: true },
  { entitlements: 2, named: 'by a list of two values', isKept: false },
  { entitlements: 3, named: 'not', isKept: false },
])('a union with $entitlements entitlements whose people are named $named: kept $isKept', (row) => {
  const { drafts, union } = unionOf(row.entitlements)
  const fewest = { 'by one value': 1, 'by a list of two values': 2, not: 3 }[row.named]!
  expect(dissolveUnions(drafts, 100, (_, values) => values >= fewest)).toBe(!row.isKept)
  expect(drafts.includes(union)).toBe(row.isKept)
  const given = row.isKept ? 3 : 3 + row.entitlements
  expect(drafts[0]!.entitlements).toHaveLength(given)
  expect(drafts[1]!.entitlements).toHaveLength(given)
})

test('a list names people by one value for each part, within the rest of the rule', () => {
  const department = (i: number) => (i < 20 ? 'Sales' : i < 40 ? 'DPT-7' : `Other ${i % 3}`)
  const column = (of: (i: number) => number) => Int32Array.from({ length: 100 }, (_, i) => of(i))
  const names = ['Sales', 'DPT-7', 'Other 0', 'Other 1', 'Other 2']
  const snapshot = snapshotOf({
    identityKey: column((i) => i + 1),
    entitlementKey: Int32Array.of(1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: Int32Array.of(0),
    rowOffset: new Uint32Array(101),
    rowEntitlement: new Uint32Array(0),
    identityStatus: new Uint8Array(100),
    identityType: new Uint8Array(100),
    attributes: [
      { key: 'department', values: names, column: column((i) => names.indexOf(department(i))) },
      { key: 'worker', values: ['External', 'Internal'], column: column((i) => (i % 4 === 0 ? 0 : 1)) },
    ],
  })
  const explainer = new RoleExplainer(snapshot, people(0, 100), 3)
  const both = people(0, 40)
  const internal = both.filter((i) => i % 4 !== 0)
  expect(explainer.namedByList(both, 2)).toBe(1)
  expect(explainer.namedByList(both, 1)).toBeCloseTo(2 / 3)
  expect(explainer.namedByList(internal, 2)).toBe(1)
  // Every value of which fewer than half are members is left out, however long the list may be.
  expect(explainer.namedByList(people(0, 25), 5)).toBeCloseTo((2 * 20) / (20 + 25))
  // One filter is the list itself.
  expect(new RoleExplainer(snapshot, people(0, 100), 1).namedByList(internal, 2)).toBeCloseTo((2 * 30) / (40 + 30))
})
