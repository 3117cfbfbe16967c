import { ProfileDriftSchema } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { driftSentence } from './texts.ts'

test.each([
  [{}, 'No enabled person is a member, so there is nothing to compare.'],
  [
    { ruleMatchesNobody: true, goneEntitlementCount: 1 },
    'No enabled person is a member, so there is nothing to compare; its rule matches nobody; 1 entitlement is no longer in the data.',
  ],
  [{ peopleCount: 12 }, 'Every member holds all of its access.'],
  [{ peopleCount: 12, rulePaused: true }, 'Every member holds all of its access; its rule is paused.'],
  [
    { peopleCount: 1, lackingMemberCount: 1, lackingCount: 2n, outsideHolderCount: 1 },
    '1 of 1 member lacks some of its access, 2 grants in all; 1 person outside holds all of it.',
  ],
  [
    {
      peopleCount: 50,
      lackingMemberCount: 43,
      lackingCount: 90n,
      additionsOfMost: 1,
      additionsOfHalf: 2,
      removalCount: 1,
      goneEntitlementCount: 2,
    },
    '43 of 50 (86 %) members lack some of its access, 90 grants in all; 3 entitlements that it lacks are shared by half of the members or more; 1 entitlement is held or used by no member; 2 entitlements are no longer in the data.',
  ],
])('a profile: %#', (drift, sentence) => {
  expect(driftSentence(create(ProfileDriftSchema, drift)).replaceAll('\u00a0', ' ')).toBe(sentence)
})
