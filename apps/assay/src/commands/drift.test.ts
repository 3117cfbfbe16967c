import { ProfileDriftSchema } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { describeDrift } from './drift.ts'

const linesOf = (init: Parameters<typeof create<typeof ProfileDriftSchema>>[1]) =>
  describeDrift(create(ProfileDriftSchema, { displayName: 'Sellers', accessProfileId: 'p1', peopleCount: 3, ...init }))

test('a profile whose rule is paused says so, because its other lines are about members who stay as they were', () => {
  expect(linesOf({ entitlementCount: 2, rulePaused: true })).toEqual([
    'Sellers  (3 people, 2 entitlements; profile:p1)',
    '  Its rule is paused, so its members stay as they are: its page in the console says why, and lets it go on.',
  ])
})

test('one person and several are told in the right number', () => {
  const person = { identityId: 'E1', lackingCount: 2 }
  expect(linesOf({ lackingMemberCount: 1, lackingMembers: [person] }).at(-1)).toBe('  1 member lacks something: E1 (2)')
  expect(linesOf({ lackingMemberCount: 12, lackingMembers: [person] }).at(-1)).toBe(
    '  12 members lack something: E1 (2), and 11 more',
  )
  expect(linesOf({ outsideHolderCount: 1, outsideHolders: [person] }).at(-1)).toBe(
    '  1 person outside holds all of it: E1',
  )
  expect(linesOf({ outsideHolderCount: 2, outsideHolders: [person, { identityId: 'E2' }] }).at(-1)).toBe(
    '  2 people outside hold all of it: E1, E2',
  )
})

test('entitlements to add are counted by the share of people who hold them, and a share without any is left out', () => {
  const additions = [{ applicationId: 'crm', entitlementId: 'read', holderCount: 2 }]
  expect(linesOf({ additionsOfHalf: 1, additions }).at(-1)).toBe(
    '  to add, 1 held by at least half of its people: crm/read (2 of 3)',
  )
  expect(linesOf({ additionsOfMost: 1, additionsOfHalf: 2, additions }).at(-1)).toBe(
    '  to add, 1 held by at least 80 % of its people, 2 by at least half: crm/read (2 of 3), and 2 more',
  )
})
