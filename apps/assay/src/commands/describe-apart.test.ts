import { expect, test } from 'vitest'
import { describeApart } from './describe-apart.ts'

test.each([
  [0, 9, 22n, '0 of them are meant; 9 hold this access (22 grants), which does not change'],
  [1, 1, 1n, '1 of them is meant; 1 holds this access (1 grant), which does not change'],
  [2, 0, 0n, '2 of them are meant; none holds any of this access'],
])('%d meant, %d who hold %d', (memberCount, holderCount, heldCount, words) => {
  expect(describeApart({ memberCount, holderCount, heldCount })).toBe(words)
})
