import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdersInSteps } from '../impact/entitlement-holders.ts'
import { type Snapshot, snapshotOf } from '../snapshot.ts'
import { anySnapshotParts } from '../testing-snapshots.ts'
import { applicationUsersInSteps } from './application-users.ts'
import { effectiveRows } from './effective-access.ts'
import { EffectiveHolders } from './effective-holders.ts'

function finished<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** By plain loops over the rows of effective access. */
function twin(snapshot: Snapshot) {
  const { identityCount, entitlementCount, applicationCount, entitlementApplication, closure } = snapshot
  const rows = closure === undefined ? snapshot : effectiveRows(snapshot, entitlementCount, closure)
  const held = Array.from({ length: identityCount }, (_, i) =>
    Array.from(rows.rowEntitlement.subarray(rows.rowOffset[i], rows.rowOffset[i + 1])),
  )
  const people = Array.from({ length: identityCount }, (_, i) => i)
  return {
    held,
    holders: Array.from({ length: entitlementCount }, (_, e) => people.filter((i) => held[i]!.includes(e))),
    users: Array.from({ length: applicationCount }, (_, a) =>
      people.filter((i) => held[i]!.some((e) => entitlementApplication[e] === a)),
    ),
  }
}

test('holders, what somebody holds, and users of applications are those of the rows of effective access', () => {
  fc.assert(
    fc.property(anySnapshotParts(), fc.nat(12), fc.integer({ min: 1, max: 5 }), (parts, from, most) => {
      const snapshot = snapshotOf(parts)
      const expected = twin(snapshot)
      const holders = finished(holdersInSteps(snapshot, snapshot.entitlementCount))
      const effective = new EffectiveHolders(snapshot, holders)
      for (const [e, all] of expected.holders.entries()) {
        expect(effective.count(e)).toBe(all.length)
        expect(effective.from(e, from, most)).toEqual(all.filter((i) => i >= from).slice(0, most))
      }
      for (const [i, all] of expected.held.entries()) expect(Array.from(effective.heldBy(i))).toEqual(all)
      const { offset, identity } = finished(applicationUsersInSteps(snapshot))
      for (const [a, all] of expected.users.entries())
        expect(Array.from(identity.subarray(offset[a], offset[a + 1]))).toEqual(all)
    }),
  )
})
