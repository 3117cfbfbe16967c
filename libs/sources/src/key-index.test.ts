import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyIndex } from './compose/key-index.ts'

const key = fc.constantFrom('id', 'email', 'app dn')
const value = fc.constantFrom(
  'ann',
  'Ann',
  'ANN',
  ' ann',
  'bob',
  'CN=Ann, O=X',
  'cn=ann,o=x',
  'Ä',
  'A\u0308',
  'n/a',
  '',
)
const step = fc.record({ key, value, ordinal: fc.nat(3), isAsked: fc.boolean() })

test('what is found does not depend on when a key was first asked for', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const early = new KeyIndex()
      const late = new KeyIndex()
      for (const { key, value, ordinal, isAsked } of steps) {
        early.add(key, value, ordinal)
        late.add(key, value, ordinal)
        if (isAsked) early.find(key, value)
      }
      for (const { key, value } of steps) expect(late.find(key, value)).toEqual(early.find(key, value))
    }),
  )
})

test('a key that nothing has finds nothing, before and after others were added', () => {
  const index = new KeyIndex()
  expect(index.find('id', 'ann')).toEqual({ kind: 'none' })
  index.add('email', 'ann', 1)
  expect(index.find('id', 'ann')).toEqual({ kind: 'none' })
  index.add('id', 'Ann', 2)
  expect(index.find('id', 'ann')).toEqual({ kind: 'one', ordinal: 2 })
})
