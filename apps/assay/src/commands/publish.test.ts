import { ProfileDriftSchema } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { doubts } from './publish.ts'

test('a profile that does not agree with the access data is named before it is handed over', () => {
  const drift = create(ProfileDriftSchema, { displayName: 'Sellers', accessProfileId: 'p1', lackingMemberCount: 3 })
  expect(doubts(drift)).toEqual([])
  expect(doubts({ ...drift, rulePaused: true, goneEntitlementCount: 1 })).toEqual([
    '! Sellers  (profile:p1): its rule is paused, so its members may be out of date',
    '! Sellers  (profile:p1): it gives 1 entitlement that the access data no longer have',
  ])
})
