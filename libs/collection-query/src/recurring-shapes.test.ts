import { expect, test } from 'vitest'
import type { Filter } from './filter.ts'
import { parseFilter } from './parse-filter.ts'
import { RecurringShapes } from './recurring-shapes.ts'

const fields = {
  name: { type: 'text', operators: ['eq', 'in', 'sw'] },
  score: { type: 'number', operators: ['eq', 'ge', 'in'] },
} as const
const filter = (text: string): Filter => parseFilter(text, fields)
const times = (shapes: RecurringShapes, count: number, of: (time: number) => string) =>
  Array.from({ length: count }, (_, time) => shapes.has(filter(of(time))))

test('a shape recurs from its fifth time on, whatever the values', () => {
  const shapes = new RecurringShapes()
  const of = (time: number) => `score ge ${time} and name sw "${time}"`
  expect(times(shapes, 6, of)).toEqual([false, false, false, false, true, true])
  expect(shapes.has(filter('score ge 1 or name sw "1"'))).toBe(false)
  expect(shapes.has(filter('score eq 1 and name sw "1"'))).toBe(false)
  expect(shapes.has(filter('name sw "1" and score ge 1'))).toBe(false)
})

test('lists of values of different lengths are shapes of their own', () => {
  const shapes = new RecurringShapes()
  times(shapes, 5, () => 'score in (1, 2)')
  expect(shapes.has(filter('score in (3, 4)'))).toBe(true)
  expect(shapes.has(filter('score in (1, 2, 3)'))).toBe(false)
})

test('no more than 64 recur, and those that do go on', () => {
  const shapes = new RecurringShapes()
  const list = (length: number) => `score in (${Array.from({ length }, (_, at) => at).join()})`
  for (let length = 1; length <= 70; length++) times(shapes, 5, () => list(length))
  const recurring = Array.from({ length: 70 }, (_, at) => shapes.has(filter(list(at + 1))))
  expect(recurring.filter(Boolean)).toHaveLength(64)
  expect(recurring[0]).toBe(true)
})

test('thousands that come once do not keep one from recurring', () => {
  const shapes = new RecurringShapes()
  for (let length = 1; length <= 200; length++) {
    for (const prefix of ['', 'not ', 'name eq "a" and ', 'name eq "a" or ', 'name sw "a" and ', 'name sw "a" or ']) {
      shapes.has(filter(`${prefix}score in (${Array(length).fill(1).join()})`))
    }
  }
  expect(times(shapes, 5, () => 'score eq 1').at(-1)).toBe(true)
})
