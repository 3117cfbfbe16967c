import { expect, test } from 'vitest'
import { listsFrom } from './attribute-lists.ts'
import { readSnapshot } from './read-snapshot.ts'
import { restrictSnapshot } from './restrict-snapshot.ts'
import { type SnapshotParts, snapshotOf } from './snapshot.ts'

const parts: SnapshotParts = {
  identityKey: Int32Array.of(10, 20, 30, 40),
  entitlementKey: Int32Array.of(1, 2, 3),
  applicationKey: Int32Array.of(7, 8),
  entitlementApplication: Int32Array.of(0, 1, 1),
  rowOffset: Uint32Array.of(0, 2, 3, 3, 6),
  rowEntitlement: Uint32Array.of(0, 2, 1, 0, 1, 2),
  lastUsedDay: Uint16Array.of(100, 0, 101, 102, 103, 104),
  identityStatus: Uint8Array.of(0, 0, 1, 2),
  identityType: Uint8Array.of(0, 1, 0, 0),
  attributes: [
    { key: 'department', values: ['IT', 'Sales', 'Berlin only'], column: Int32Array.of(0, 2, -1, 1) },
    { key: 'skills', values: ['go', 'sql', 'c'], lists: listsFrom([[2, 0], [1], [], [0, 1]]) },
  ],
  // Who has the first entitlement has the third by it, and the second gives the first.
  closure: {
    group: Uint32Array.of(0, 1),
    groupRow: Uint32Array.of(0, 1),
    givenOffset: Uint32Array.of(0, 1, 3),
    givenEntitlement: Uint32Array.of(2, 0, 2),
  },
}
const whole = snapshotOf(parts)
const some = Uint8Array.of(1, 0, 0, 1)

test('a restricted snapshot is the one of a tenant that holds only these people', () => {
  const { attributes, ...rest } = readSnapshot(restrictSnapshot(whole, { identities: some }))
  expect(rest).toMatchObject({
    identityCount: 2,
    identityKey: Int32Array.of(10, 40),
    identityStatus: Uint8Array.of(0, 2),
    identityType: Uint8Array.of(0, 0),
    rowOffset: Uint32Array.of(0, 2, 5),
    rowEntitlement: Uint32Array.of(0, 2, 0, 1, 2),
    lastUsedDay: Uint16Array.of(100, 0, 102, 103, 104),
    entitlementKey: whole.entitlementKey,
    closure: whole.closure,
  })
  // No value of somebody else is left in a dictionary.
  expect(attributes.map(({ key, values }) => [key, [...values]])).toEqual([
    ['department', ['IT', 'Sales']],
    ['skills', ['go', 'c', 'sql']],
  ])
  expect(attributes[0]!.column).toEqual(Int32Array.of(0, 1))
  expect(attributes[1]!.lists).toEqual(
    listsFrom([
      [1, 0],
      [0, 2],
    ]),
  )
})

test('of some applications nothing else is left: neither entitlements, grants nor what groups give in others', () => {
  const restricted = readSnapshot(restrictSnapshot(whole, { identities: some, applications: Uint8Array.of(0, 1) }))
  expect(restricted).toMatchObject({
    applicationKey: Int32Array.of(8),
    entitlementKey: Int32Array.of(2, 3),
    entitlementApplication: Int32Array.of(0, 0),
    rowOffset: Uint32Array.of(0, 1, 3),
    rowEntitlement: Uint32Array.of(1, 0, 1),
    lastUsedDay: Uint16Array.of(0, 103, 104),
    closure: {
      group: Uint32Array.of(0),
      groupRow: Uint32Array.of(0),
      givenOffset: Uint32Array.of(0, 1),
      givenEntitlement: Uint32Array.of(1),
    },
  })
})

test('nobody is a snapshot too', () => {
  const { identityCount, grantCount, attributes } = readSnapshot(
    restrictSnapshot(whole, { identities: new Uint8Array(4) }),
  )
  expect([identityCount, grantCount, attributes.map(({ values }) => values.length)]).toEqual([0, 0, [0, 0]])
})
