import { CorrelationRule } from '@assay/contracts/assay/source/v1/source_pb'
import { GetCorrelationResponseSchema } from '@assay/contracts/assay/source/v1/source_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { describeCorrelation } from './correlate.ts'

const erp = {
  sourceId: 'erp',
  accountCount: 5n,
  linked: [
    { rule: CorrelationRule.MAP, count: 3n },
    { rule: CorrelationRule.EMAIL, count: 1n },
  ],
  unmatchedCount: 1n,
}

test('what is in force is counted by rule, and a preview that finds the same says so', () => {
  const found = create(GetCorrelationResponseSchema, { inForce: [erp], previewed: [erp] })
  expect(describeCorrelation({ ...found, note: '' })).toEqual([
    'erp: 5 accounts',
    '  3 accounts by what the map names',
    '  1 account by mail address',
    '  1 account of nobody',
    'Nothing would change: this is in force.',
  ])
})

test('counts that would change are told before and after, with the accounts', () => {
  const found = create(GetCorrelationResponseSchema, {
    inForce: [erp],
    previewed: [
      {
        ...erp,
        linked: [
          { rule: CorrelationRule.MAP, count: 3n },
          { rule: CorrelationRule.LINK, count: 2n },
        ],
        unmatchedCount: 0n,
      },
    ],
    changedCount: 2n,
    changes: [
      { sourceId: 'erp', applicationId: 'erp', accountId: 'CY', identityIdAfter: '0003', rule: CorrelationRule.LINK },
      { sourceId: 'erp', applicationId: 'erp', accountId: 'BEN', identityIdBefore: '0002' },
    ],
  })
  expect(describeCorrelation({ ...found, note: '' })).toEqual([
    'erp: 5 accounts',
    '  3 accounts by what the map names',
    '  1 -> 0 accounts by mail address',
    '  0 -> 2 accounts by a link that somebody made',
    '  1 -> 0 accounts of nobody',
    '2 accounts would change hands when the sources are put together:',
    '  erp: erp CY: nobody -> 0003 by a link that somebody made',
    '  erp: erp BEN: 0002 -> nobody',
  ])
})

test('a rule of a newer server is told by its number', () => {
  const linked = [{ rule: 99 as CorrelationRule, count: 3n }]
  const found = create(GetCorrelationResponseSchema, { inForce: [{ ...erp, linked }] })
  expect(describeCorrelation({ ...found, note: 'Too many.' })).toContain(
    '  3 accounts by rule 99, which this version of the command does not know',
  )
})

test('without a preview the counts in force stand for themselves', () => {
  const found = create(GetCorrelationResponseSchema, { inForce: [erp] })
  expect(describeCorrelation({ ...found, note: 'Too many.' }).slice(-1)).toEqual(['Too many.'])
  expect(describeCorrelation({ ...create(GetCorrelationResponseSchema), note: '' })).toEqual([
    'No source has accounts.',
  ])
})
