import { expect, test } from 'vitest'
import { isForTests, packages, read, shipped, sourcesOf } from './modules.ts'

const sources = shipped.flatMap(sourcesOf).filter((file) => !isForTests(file))

test('no source and no test passes a value off as whatever type is asked for', () => {
  // Put together, since this file is read as well.
  const cast = new RegExp(`\\b${['as', 'never'].join(' ')}\\b`)
  expect(packages.flatMap(sourcesOf).filter((file) => cast.test(read(file)))).toEqual([])
})

test('rows of a query are no tuple: `onlyRow` takes the one row of a query that has one', () => {
  expect(sources.filter((file) => /\b[sS]ql<\[/.test(read(file)))).toEqual([])
})
