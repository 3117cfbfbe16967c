import { expect, test } from 'vitest'
import { isForTests, packages, read, shipped, sourcesOf } from './modules.ts'

const sources = shipped.flatMap(sourcesOf).filter((file) => !isForTests(file))

test('no source and no test casts a value to any required type', () => {
  // Concatenated, because the test also reads this file.
  const cast = new RegExp(`\\b${['as', 'never'].join(' ')}\\b`)
  expect(packages.flatMap(sourcesOf).filter((file) => cast.test(read(file)))).toEqual([])
})

test('rows of a query are not a tuple: `onlyRow` reads the row of a query with one row', () => {
  expect(sources.filter((file) => /\b[sS]ql<\[/.test(read(file)))).toEqual([])
})
