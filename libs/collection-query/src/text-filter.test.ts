import { expect, test } from 'vitest'
import { parseFilter, passesTextFilter } from './index.ts'

const fields = {
  name: { type: 'text', operators: ['eq', 'ne', 'in', 'sw', 'co', 'pr', 'isnull'] },
  description: { type: 'text', operators: ['sw', 'isnull', 'ne'] },
} as const
const row: Readonly<Record<string, string | undefined>> = { name: 'Engineers' }

test.each([
  ['', true],
  ['name sw "ENG"', true],
  ['name sw "gin"', false],
  ['name co "gin"', true],
  ['name eq "engineers"', true],
  ['name ne "engineers"', false],
  ['name in ("a","Engineers")', true],
  ['not name sw "eng"', false],
  ['description sw "x"', false],
  ['description ne "x"', true],
  ['description isnull', true],
  ['pr name', true],
  ['name sw "x" or description isnull', true],
  ['name sw "x" and description isnull', false],
])('%s', (text, passes) => {
  expect(passesTextFilter(parseFilter(text, fields), (field) => row[field])).toBe(passes)
})
