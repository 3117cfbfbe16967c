import { expect, test } from 'vitest'
import { isForTests, read, shipped, sourcesOf } from './modules.ts'

const sources = shipped.flatMap(sourcesOf).filter((file) => !isForTests(file))

test('no shipped source passes a value off as another type by `as never`', () => {
  expect(sources.filter((file) => /\bas never\b/.test(read(file)))).toEqual([])
})

test('rows of a query are no tuple: `onlyRow` takes the one row of a query that has one', () => {
  expect(sources.filter((file) => /\b[sS]ql<\[/.test(read(file)))).toEqual([])
})
