import { ReviewItemSchema, type Verdict } from '@assay/contracts/assay/review/v1/review_pb'
import { MiningPhase } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { phaseNames } from './commands/describe-model.ts'
import { itemLine } from './commands/describe-review.ts'
import { enumWords } from './enum-words.ts'

test('a value has its words', () => {
  expect(enumWords(phaseNames, MiningPhase.VERIFY, 'phase')).toBe('verify')
})

test('a value of a newer server is shown by its number', () => {
  expect(enumWords(phaseNames, 99 as MiningPhase, 'phase')).toBe(
    'phase 99, which this version of the command does not know',
  )
  const item = create(ReviewItemSchema, { id: 'i1', number: 2, decision: { verdict: 98 as Verdict, decidedBy: 'ada' } })
  expect(itemLine(item)).toContain('verdict 98, which this version of the command does not know by ada')
})
