import { expect, test } from 'vitest'
import { readPage } from './index.ts'

test.each([
  [{}, { limit: 250, offset: 0 }],
  [
    { limit: undefined, offset: undefined },
    { limit: 250, offset: 0 },
  ],
  [{ limit: 0 }, { limit: 0, offset: 0 }],
  [
    { limit: 250, offset: 2_147_483_647 },
    { limit: 250, offset: 2_147_483_647 },
  ],
])('%j is a page', (given, page) => {
  expect(readPage(given)).toEqual(page)
})

test.each([
  [{ limit: 251 }, 'limit: 251 is not a whole number from 0 to 250'],
  [{ limit: -1 }, 'limit: -1 is not a whole number from 0 to 250'],
  [{ limit: 2.5 }, 'limit: 2.5 is not a whole number from 0 to 250'],
  [{ offset: -1 }, 'offset: -1 is not a whole number from 0 on'],
  [{ offset: Number.NaN }, 'offset: NaN is not a whole number from 0 on'],
])('%j is refused', (given, message) => {
  expect(() => readPage(given)).toThrow(expect.objectContaining({ kind: 'invalid_argument', message }))
})
