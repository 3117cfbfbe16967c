import { expect, test } from 'vitest'
import { undoneLines } from './decide.ts'

test('an undone candidate whose people are gone says that it cannot be accepted', () => {
  expect(undoneLines('Production', 1)).toEqual(['"Production" waits for a decision again'])
  expect(undoneLines('Production', 0)).toEqual([
    '"Production" waits for a decision again',
    '  Nobody in the data in force belongs to it: it cannot be accepted, and the next analysis removes it.',
  ])
})
