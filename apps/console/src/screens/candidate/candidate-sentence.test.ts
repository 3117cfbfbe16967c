import { InboxCandidateSchema, InboxState } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { effectOf } from './effect.ts'
import { entitlementKey, readCandidateSearch } from './search.ts'
import { candidateSentence } from './texts.ts'

const candidate = create(InboxCandidateSchema, {
  peopleCount: 50,
  peopleWithAllCount: 43,
  riskKnown: true,
  entitlements: [
    { applicationId: 'crm', entitlementId: 'user', holderCount: 50 },
    { applicationId: 'erp', entitlementId: 'pay', holderCount: 44, risky: true },
    { applicationId: 'erp', entitlementId: 'read', holderCount: 48 },
  ],
})
const without = (...ids: string[]) =>
  effectOf(
    candidate,
    new Set(candidate.entitlements.filter(({ entitlementId }) => ids.includes(entitlementId)).map(entitlementKey)),
  )

test('gains are what people lack of what is kept', () => {
  expect(without()).toEqual({ entitlementCount: 3, leftOutCount: 0, gainCount: 8, riskyGainCount: 6 })
  expect(without('pay')).toEqual({ entitlementCount: 2, leftOutCount: 1, gainCount: 2, riskyGainCount: 0 })
})

test('the sentence says what the candidate is and does, as it is and without what is left out', () => {
  expect(candidateSentence(candidate, without())).toBe(
    '50 people, 3 entitlements. 43 of 50 (86\u00a0%) hold all of it. Accepting it: 8 gains, 6 of high risk; nobody loses anything.',
  )
  expect(candidateSentence(candidate, without('pay'))).toBe(
    '50 people, 2 entitlements. 1 entitlement is left out by you. Accepting it: 2 gains, none of high risk; nobody loses anything.',
  )
  expect(candidateSentence(candidate, without('pay', 'user', 'read'))).toContain('nothing to accept')
  const accepted = { ...candidate, state: InboxState.ACCEPTED }
  expect(candidateSentence(accepted, without())).toContain(' hold all of it. Accepted: 8 gains, ')
})

test('an address that says nonsense means what it says well', () => {
  expect(readCandidateSearch({ tab: 'people', out: ['a', 7, null], state: 'x' })).toEqual({ tab: 'people', out: ['a'] })
  expect(readCandidateSearch({ tab: 'access', out: 'a' })).toEqual({})
})
