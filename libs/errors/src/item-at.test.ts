import { expect, test } from 'vitest'
import { itemAt } from './item-at.ts'

test('an item inside a list, a typed array or a text is returned, also where it is null, 0 or empty', () => {
  expect(itemAt([null, 'b'], 0)).toBeNull()
  expect(itemAt(Int32Array.of(7, 0), 1)).toBe(0)
  expect(itemAt('ab', 1)).toBe('b')
  expect(itemAt([''], 0)).toBe('')
})

test.each([-1, 2, 0.5, Number.NaN])('place %d of two items is a fault that says so', (index) => {
  expect(() => itemAt(['a', 'b'], index)).toThrow(new RangeError(`a list of 2 has no item ${index}`))
})
