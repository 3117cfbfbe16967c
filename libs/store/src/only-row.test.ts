import { expect, test } from 'vitest'
import { onlyRow } from './only-row.ts'

test('one row is taken as it is', () => {
  expect(onlyRow([{ count: 3 }])).toEqual({ count: 3 })
})

test.each([
  [[], 'a query for one row has 0'],
  [[{ count: 1 }, { count: 2 }], 'a query for one row has 2'],
])('%j is a fault of the query', (rows, message) => {
  expect(() => onlyRow(rows)).toThrow(message)
})
