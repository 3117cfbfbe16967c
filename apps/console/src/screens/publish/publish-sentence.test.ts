import { ProfileDifferenceSchema } from '@assay/contracts/assay/publication/v1/publication_service_pb'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { publishSentence } from './texts.ts'

test.each<[MessageInitShape<typeof ProfileDifferenceSchema>, string]>([
  [{ addedEntitlementCount: 4, addedMemberCount: 53 }, '4 entitlements come in; 53 members come in.'],
  [
    { removedEntitlementCount: 1, addedMemberCount: 1, removedMemberCount: 2 },
    '1 entitlement goes out; 1 member comes in, 2 members go out.',
  ],
  [{ changedFields: ['cel_expression'] }, 'What it gives and to whom is as it was the last time.'],
])('%j', (difference, sentence) => {
  expect(publishSentence(create(ProfileDifferenceSchema, difference))).toBe(sentence)
})

test('a profile that is as it was is told as such', () => {
  expect(publishSentence(undefined)).toBe('Nothing has changed since the last time.')
})
