import { Fate, RunComparisonSchema } from '@assay/contracts/assay/change/v1/change_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { readChangesSearch } from './search.ts'
import { runSentence } from './texts.ts'

test.each([
  [{}, '0 candidates are as they were since no data; nothing has changed.'],
  [{ [Fate.SAME]: 1 }, '1 candidate is as it was since no data; nothing has changed.'],
  [
    { [Fate.SAME]: 7, [Fate.GONE]: 1, [Fate.NEW]: 2, [Fate.GROWN]: 0 },
    '7 candidates are as they were; 2 new, 1 gone since no data.',
  ],
])('%j', (byFate, sentence) => {
  const counts = Object.entries(byFate).map(([fate, count]) => ({ fate: Number(fate), count }))
  expect(runSentence(create(RunComparisonSchema, { counts }))).toBe(sentence)
})

test('an address that says nonsense means what it says well', () => {
  expect(readChangesSearch({ tab: 'loads', fate: 'toString', run: 7 })).toEqual({})
  expect(readChangesSearch({ tab: 'runs', fate: 'gone', run: 'a', before: 'b' })).toEqual({
    tab: 'runs',
    fate: 'gone',
    run: 'a',
    before: 'b',
  })
})
