import { expect, test } from 'vitest'
import { offsetOf } from './rule-place.ts'

test.each([
  ['abc', 1, 1, 0],
  ['abc', 1, 3, 2],
  ['abc', 1, 9, 3],
  ['ab\ncd', 2, 2, 4],
  ['😀x', 1, 2, 2],
  ['', 1, 1, 0],
])('%j line %i column %i is at %i', (text, line, column, offset) => {
  expect(offsetOf(text, line, column)).toBe(offset)
})
