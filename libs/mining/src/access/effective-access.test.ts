import fc from 'fast-check'
import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { anySnapshotParts } from '../testing-snapshots.ts'
import { noGroups } from './access-closure.ts'
import { applicationAccessInSteps } from './application-access.ts'
import { effectiveRows, whatGives } from './effective-access.ts'

const snapshots = anySnapshotParts().map(snapshotOf)

/** The twin: what somebody who holds an entitlement has, by the closure written out. */
function givenBy({ closure = noGroups }: { closure?: typeof noGroups }, entitlement: number): number[] {
  const row = closure.groupRow[closure.group.indexOf(entitlement)]
  if (row === undefined) return [entitlement]
  return [entitlement, ...closure.givenEntitlement.subarray(closure.givenOffset[row], closure.givenOffset[row + 1])]
}

test('what gives an entitlement is that entitlement and the groups that lead to it', () => {
  fc.assert(
    fc.property(snapshots, fc.func(fc.boolean()), (snapshot, isAskedFor) => {
      const isWanted = Uint8Array.from({ length: snapshot.entitlementCount }, (_, e) => (isAskedFor(e) ? 1 : 0))
      const expected = isWanted.map((_, e) => (givenBy(snapshot, e).some((one) => isWanted[one] === 1) ? 1 : 0))
      expect(whatGives(snapshot.closure, isWanted)).toEqual(expected)
    }),
  )
})

test('identities have access in the applications of what they are assigned and of what it gives, deleted ones in none', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const steps = applicationAccessInSteps(snapshot)
      let step = steps.next()
      while (!step.done) step = steps.next()
      const { offset, application, holders } = step.value
      const held = new Uint32Array(snapshot.applicationCount)
      for (const one of application) held[one]!++
      expect(holders).toEqual(held)
      for (let i = 0; i < snapshot.identityCount; i++) {
        const assigned = [...snapshot.rowEntitlement.subarray(snapshot.rowOffset[i]!, snapshot.rowOffset[i + 1]!)]
        const reached = assigned.flatMap((e) => givenBy(snapshot, e)).map((e) => snapshot.entitlementApplication[e]!)
        const expected = snapshot.identityStatus[i] === 2 ? [] : [...new Set(reached)].sort((a, b) => a - b)
        expect([...application.subarray(offset[i], offset[i + 1])]).toEqual(expected)
      }
    }),
  )
})

test('effective rows hold what is assigned and what it gives, each once, with the days of what is assigned', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const { identityCount, entitlementCount, rowOffset, rowEntitlement, lastUsedDay, closure = noGroups } = snapshot
      const rows = effectiveRows(snapshot, entitlementCount, closure)
      for (let i = 0; i < identityCount; i++) {
        const assigned = [...rowEntitlement.subarray(rowOffset[i], rowOffset[i + 1])]
        const days = new Map(assigned.map((e, at) => [e, lastUsedDay?.[rowOffset[i]! + at]]))
        const expected = [...new Set(assigned.flatMap((e) => givenBy(snapshot, e)))].sort((a, b) => a - b)
        const held = [...rows.rowEntitlement.subarray(rows.rowOffset[i], rows.rowOffset[i + 1])]
        expect(held).toEqual(expected)
        if (lastUsedDay === undefined) expect(rows.lastUsedDay).toBeUndefined()
        else {
          const found = [...(rows.lastUsedDay ?? new Uint16Array(0)).subarray(rows.rowOffset[i], rows.rowOffset[i + 1])]
          expect(found).toEqual(expected.map((e) => days.get(e) ?? 0))
        }
      }
    }),
  )
})

test('effective rows beyond the limits are refused with the limit', () => {
  const rows = { rowOffset: Uint32Array.of(0, 1, 2), rowEntitlement: Uint32Array.of(0, 0) }
  const closure = {
    group: Uint32Array.of(0),
    groupRow: Uint32Array.of(0),
    givenOffset: Uint32Array.of(0, 2),
    givenEntitlement: Uint32Array.of(1, 2),
  }
  expect(() => effectiveRows(rows, 3, closure, { mostGrants: 5 })).toThrow(
    'effective access: expected at most 5 grants',
  )
  expect(() => effectiveRows(rows, 3, closure, { mostSteps: 3 })).toThrow(
    'effective access: expected to be counted in 3',
  )
})
