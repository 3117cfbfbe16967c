import { ComparisonSchema } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { readReference, writeReference } from './reference.ts'
import { pairOf, readCompareSearch } from './search.ts'
import { compareSentence } from './texts.ts'

test.each(['suggestion:7', 'draft:a:b', 'profile:ü', 'role:x'])('%s names a candidate', (text) => {
  const reference = readReference(text)
  expect(reference && writeReference(reference)).toBe(text)
})

test.each(['', 'suggestion', 'suggestion:', 'toString:1', 'nosuch:1', 7, undefined, ['suggestion:1']])(
  '%j names none',
  (text) => {
    expect(readReference(text)).toBeUndefined()
  },
)

test('an address that says nonsense means what it says well', () => {
  expect(readCompareSearch({ a: 'suggestion:1', b: 7, tab: 'access', side: 'both' })).toEqual({ a: 'suggestion:1' })
  expect(pairOf({ a: 'suggestion:1' })).toBeUndefined()
  expect(pairOf({ a: 'suggestion:1', b: 'suggestion:1' })).toBeUndefined()
  expect(pairOf({ a: 'suggestion:1', b: 'draft:1' })).toBeDefined()
})

const counts = (both: number, firstOnly: number, secondOnly: number) => ({ both, firstOnly, secondOnly })
const large = (of: ReturnType<typeof counts>) => ({
  both: BigInt(of.both),
  firstOnly: BigInt(of.firstOnly),
  secondOnly: BigInt(of.secondOnly),
})

test.each([
  [counts(3, 1, 2), counts(4, 0, 1), '3 of 6 people and 4 of 5 entitlements are in both.'],
  [counts(0, 10, 2), counts(1, 0, 0), 'Nobody and 1 of 1 entitlement are in both.'],
  [counts(12, 8, 0), counts(0, 1, 2), '12 of 20 (60 %) people and no entitlement are in both.'],
  [counts(2, 0, 0), counts(5, 0, 0), 'Both are the same: 2 people, 5 entitlements.'],
])('%j of people and %j of entitlements', (identities, entitlements, sentence) => {
  const comparison = create(ComparisonSchema, { identities: large(identities), entitlements: large(entitlements) })
  expect(compareSentence(comparison).replaceAll('\u00a0', ' ')).toBe(sentence)
})
