import { expect, test } from 'vitest'
import { inReadingOrder } from './reading-order.ts'

test.each([
  ['4 of 5 people of “Legal \u202eexe.fdp” hold it', '4 of 5 people of “Legal exe.fdp” hold it'],
  ['\u2067a\u2069 and \u202ab\u202c', 'a and b'],
  ['18 people of المالية והמחלקה', '18 people of المالية והמחלקה'],
])('a name does not turn around its sentence %j', (sentence, shown) => {
  expect(inReadingOrder(sentence)).toBe(shown)
})
