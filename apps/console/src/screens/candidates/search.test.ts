import { expect, test } from 'vitest'
import { readCandidatesSearch } from './search.ts'

test.each([
  [{}, {}],
  [{ state: 'open', order: 'best', q: '' }, {}],
  [
    { state: 'accepted', order: 'name', q: 'Oslo' },
    { state: 'accepted', order: 'name', q: 'Oslo' },
  ],
  [
    { kind: 'role', band: 'few' },
    { kind: 'role', band: 'few' },
  ],
  [{ state: 'toString', order: 7, q: { a: 1 }, kind: 'roles', band: 'none' }, {}],
  [{ q: 2024 }, { q: '2024' }],
  [{ q: 'x'.repeat(300) }, { q: 'x'.repeat(256) }],
])('the address %j says %j', (search, expected) => {
  expect(readCandidatesSearch(search)).toEqual(expected)
})
