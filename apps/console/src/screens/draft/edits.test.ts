import { CandidateEditsSchema } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { entitlementKey } from '../candidate/search.ts'
import { leftOut, onTopOf, withAccessToggled, withName, withPersonToggled } from './edits.ts'

const pay = { applicationId: 'erp', entitlementId: 'pay' }
const read = { applicationId: 'erp', entitlementId: '"read"' }
const edits = (init: Parameters<typeof create<typeof CandidateEditsSchema>>[1]) => create(CandidateEditsSchema, init)

test('what is toggled twice is as it was, and nothing else changes', () => {
  const before = edits({ displayName: 'Mine', removedEntitlements: [pay], addedIdentityIds: ['x'] })
  const once = edits(withAccessToggled(before, entitlementKey(read)))
  expect(leftOut(once).access).toEqual(new Set([entitlementKey(pay), entitlementKey(read)]))
  expect(edits(withAccessToggled(once, entitlementKey(read)))).toEqual(before)
  expect(edits(withPersonToggled(edits(withPersonToggled(before, 'y')), 'y'))).toEqual(before)
  expect(withName(before, 'Other')).toMatchObject({ displayName: 'Other', addedIdentityIds: ['x'] })
})

test('mine on top of theirs takes back what they alone left out', () => {
  const theirs = edits({ removedEntitlements: [pay, read], removedIdentityIds: ['a', 'b'] })
  const mine = { displayName: 'Mine', removedEntitlements: [read], removedIdentityIds: ['b', 'c'] }
  expect(onTopOf(theirs, mine)).toMatchObject({
    ...mine,
    addedEntitlements: [pay],
    addedIdentityIds: ['a'],
  })
})
