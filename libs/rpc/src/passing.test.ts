import { expect, test } from 'vitest'
import { Passing } from './passing.ts'

test('what was removed is gone, once, and the others stay, whatever the order', () => {
  const passing = new Passing<string>()
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((value) => passing.add(value))
  const values = () => passing.members.map(({ value }) => value).toSorted()
  expect(values()).toEqual(['a', 'b', 'c', 'd'])
  passing.remove(b!)
  passing.remove(b!)
  expect(values()).toEqual(['a', 'c', 'd'])
  passing.remove(d!)
  passing.remove(a!)
  const e = passing.add('e')
  passing.remove(c!)
  expect(values()).toEqual(['e'])
  for (const member of passing.members) passing.remove(member)
  passing.remove(e)
  expect(values()).toEqual([])
})
