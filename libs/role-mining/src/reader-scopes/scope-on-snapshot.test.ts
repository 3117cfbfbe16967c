import { type Snapshot, snapshotOf } from '@assay/mining'
import { expect, test } from 'vitest'
import { includesScope } from './runs-within.ts'
import { managerIdsIn, managersOfScope, peopleSelectedIn } from './scope-on-snapshot.ts'

/** boss manages ann and bob, ann manages cem, and cem manages boss: a circle. dia has no manager, and eve is disabled. */
const ids = ['boss', 'ann', 'bob', 'cem', 'dia', 'eve']
const departments = ['Sales', 'Sales', 'IT', 'Sales', 'IT', 'Sales']
const managers = ['cem', 'boss', 'boss', ' ann ', '', 'ann']

const snapshot = snapshotFrom()
function snapshotFrom(): Snapshot {
  const column = (values: readonly string[]) => {
    const known = [...new Set(values.filter(Boolean))]
    return { values: known, column: Int32Array.from(values, (value) => known.indexOf(value)) }
  }
  return snapshotOf({
    rowOffset: new Uint32Array(7),
    rowEntitlement: new Uint32Array(0),
    identityKey: Int32Array.of(10, 11, 12, 13, 14, 15),
    identityStatus: Uint8Array.of(0, 0, 0, 0, 0, 1),
    identityType: new Uint8Array(6),
    entitlementKey: new Int32Array(0),
    entitlementApplication: new Int32Array(0),
    applicationKey: new Int32Array(0),
    attributes: [
      { key: 'department', ...column(departments) },
      { key: 'manager', ...column(managers) },
    ],
  })
}
const keys = new Map([...managerIdsIn(snapshot), 'dia'].map((id) => [id, 10 + ids.indexOf(id)]))
const meant = (conditions: Parameters<typeof peopleSelectedIn>[1]) => {
  const marks = peopleSelectedIn(snapshot, conditions, keys)
  return marks && ids.filter((_, at) => marks[at] === 1)
}
const sales = [{ attribute: 'department', values: [' Sales'] }]

test('a scope selects the people of a former snapshot: by filters, below a manager, and both', () => {
  expect(meant({ filters: sales })).toEqual(['boss', 'ann', 'cem'])
  expect(meant({ filters: [], managerId: 'ann' })).toEqual(['boss', 'ann', 'bob', 'cem'])
  expect(meant({ filters: [], managerId: 'dia' })).toEqual(['dia'])
  expect(meant({ filters: sales, managerId: 'boss' })).toEqual(['boss', 'ann', 'cem'])
  expect(meant({ filters: [], managerId: 'nobody' })).toEqual([])
  const anyOf = [{ filters: [{ attribute: 'department', values: ['IT'] }] }, { filters: [], managerId: 'dia' }]
  expect(meant({ filters: [], anyOf })).toEqual(['bob', 'dia'])
  expect(managersOfScope({ filters: [], anyOf })).toEqual(['dia'])
})

test('filters include a scope when all who match them match it; for a combined scope, one of its parts is enough', () => {
  const it = [{ attribute: 'department', values: ['IT'] }]
  const both = [...sales, { attribute: 'location', values: ['Berlin'] }]
  expect(includesScope(both, { filters: sales })).toBe(true)
  expect(includesScope(it, { filters: sales })).toBe(false)
  expect(includesScope([{ attribute: 'department', values: ['Sales', 'IT'] }], { filters: sales })).toBe(false)
  expect(includesScope([], { filters: sales })).toBe(false)
  expect(includesScope(sales, { filters: sales, managerId: 'boss' })).toBe(false)
  expect(includesScope(it, { filters: [], anyOf: [{ filters: sales }, { filters: it }] })).toBe(true)
  expect(includesScope([], { filters: [], anyOf: [{ filters: sales }, { filters: it }] })).toBe(false)
  // A scope of applications alone contains all people.
  expect(includesScope([], { filters: [] })).toBe(true)
})

test('the people are unknown when the data lack an attribute or manager of the scope', () => {
  expect(meant({ filters: [{ attribute: 'mood', values: ['good'] }] })).toBeUndefined()
  const without = { ...snapshot, attributes: snapshot.attributes.slice(0, 1) }
  expect(peopleSelectedIn(without, { filters: [], managerId: 'ann' }, keys)).toBeUndefined()
})
