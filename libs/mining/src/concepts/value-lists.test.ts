import { expect, test } from 'vitest'
import { splitGroups } from '../grouping.ts'
import { bestListOf } from './value-lists.ts'

/** A hundred people of value 0, ten of value 1 and eight of value 2. */
const column = Int32Array.from({ length: 118 }, (_, person) => (person < 100 ? 0 : person < 110 ? 1 : 2))
const listed = { column, groups: splitGroups(undefined, column, 3, 1) }
/** Twenty of value 0, who are a fifth of it, and all others. */
const members = Uint32Array.from(Array.from({ length: 118 }, (_, person) => person).filter((p) => p < 20 || p >= 100))

test('a value that mostly other people have takes no place in a list, however many members have it', () => {
  expect(bestListOf(listed, members, 2, () => true)).toBeCloseTo((2 * 18) / (18 + 38), 12)
  expect(bestListOf(listed, members, 1, () => true)).toBeCloseTo((2 * 10) / (10 + 38), 12)
})

test('only people who match the rest of the rule count', () => {
  // Of value 0 the rest of the rule leaves the members alone.
  const isAsked = (person: number) => person < 20 || person >= 110
  expect(bestListOf(listed, members, 2, isAsked)).toBeCloseTo((2 * 28) / (28 + 38), 12)
})
