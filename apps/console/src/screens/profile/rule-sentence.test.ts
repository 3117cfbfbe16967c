import { MembershipPreviewSchema } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { ruleSentence } from './texts.ts'

test.each([
  [{ memberCount: 5, selected: 5 }, '5 members by this rule: nobody joins, and nobody leaves.'],
  [{ memberCount: 5, selected: 6, joining: 1 }, '6 members by this rule: 1 person joins; nobody leaves.'],
  [{ memberCount: 5, selected: 4, leaving: 1 }, '4 members by this rule: nobody joins; 1 of 5 leaves.'],
  [
    { memberCount: 40, selected: 32, joining: 12, leaving: 20, missing: 3, failed: 1 },
    '32 members by this rule: 12 people join; 20 of 40 (50 %) leave. 3 people are left out, since a value is missing. 1 person is left out by an error.',
  ],
])('%j', ({ memberCount, ...groups }, sentence) => {
  const counts = Object.fromEntries(Object.entries(groups).map(([name, count]) => [name, { count }]))
  const preview = create(MembershipPreviewSchema, { memberCount, ...counts })
  expect(ruleSentence(preview).replaceAll('\u00a0', ' ')).toBe(sentence)
})
