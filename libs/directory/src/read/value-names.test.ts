import { expect, test } from 'vitest'
import { valuesOfPeople } from './value-names.ts'

test('a manager in several conditions is named once for each attribute', () => {
  const filters = [
    { attribute: 'manager', values: ['u1', 'u2'] },
    { attribute: 'department', values: ['Sales'] },
    { attribute: 'manager', values: ['u1'] },
    { attribute: 'managers', values: ['u1'] },
  ]
  expect(valuesOfPeople(filters)).toEqual([
    { attribute: 'manager', value: 'u1' },
    { attribute: 'manager', value: 'u2' },
    { attribute: 'managers', value: 'u1' },
  ])
})
