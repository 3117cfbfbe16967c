import { ProfileDriftSchema } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { driftWords, hasDrift, texts } from './texts.ts'

test.each<[MessageInitShape<typeof ProfileDriftSchema>, words: string, differs: boolean]>([
  [{ peopleCount: 12 }, 'agrees with the data', false],
  [{ peopleCount: 8, lackingMemberCount: 3 }, '3 of 8 lack some', true],
  [{ outsideHolderCount: 2 }, '2 outside', true],
  [{ additionsOfMost: 1, additionsOfHalf: 2 }, 'could give 3 more', true],
  [{ removalCount: 1, goneEntitlementCount: 1 }, 'need not give 2', true],
  [{ ruleMatchesNobody: true }, 'its rule matches nobody', true],
  [{ peopleCount: 3, rulePaused: true }, 'its rule is paused', true],
])('the drift %j of a profile is described as %j', (drift, words, differs) => {
  const message = create(ProfileDriftSchema, drift)
  expect(driftWords(message)).toBe(words)
  expect(hasDrift(message)).toBe(differs)
})

test('while there are more profiles than listed, the sentence speaks of the listed ones only', () => {
  expect(texts.driftCount('12 profiles.', 0, false)).toBe('12 profiles. None differs from the data.')
  expect(texts.driftCount('12 profiles.', 1, false)).toBe('12 profiles. 1 differs from the data.')
  expect(texts.driftCount('More than 50 profiles.', 0, true)).toBe(
    'More than 50 profiles. None of those listed differs from the data.',
  )
  expect(texts.driftCount('More than 50 profiles.', 2, true)).toBe(
    'More than 50 profiles. 2 of those listed differ from the data.',
  )
})
