import { InboxCandidateSchema } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { gainsSentence, listSentence } from './texts.ts'

test.each([
  [0, 0, true, 'It: nobody gains anything, and nobody loses anything.'],
  [1, 0, true, 'It: 1 gain, none of high risk; nobody loses anything.'],
  [26, 3, true, 'It: 26 gains, 3 of high risk; nobody loses anything.'],
  [3, 3, true, 'It: 3 gains, all of high risk; nobody loses anything.'],
  [26, 0, false, 'It: 26 gains; which are of high risk is not in the data. Nobody loses anything.'],
])('%i gains, %i of them risky, known: %s', (gains, risky, known, sentence) => {
  expect(gainsSentence('It', gains, risky, known)).toBe(sentence)
})

test('a list says how many there are, and marked ones what they add up to', () => {
  const shown = { state: 'open', text: 'Oslo', totalCount: 1, marked: [] } as const
  expect(listSentence(shown)).toBe('1 candidate open, found by "Oslo".')
  const marked = [3, 4].map((gainCount) => create(InboxCandidateSchema, { gainCount, riskKnown: true }))
  expect(listSentence({ ...shown, marked })).toBe(
    '2 candidates marked. Accepting them: 7 gains, none of high risk; nobody loses anything.',
  )
})
