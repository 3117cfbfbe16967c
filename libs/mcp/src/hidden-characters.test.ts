import fc from 'fast-check'
import { expect, test } from 'vitest'
import { givenText, givenValue, shownText, shownValue } from './hidden-characters.ts'
import { hostileNames } from './testing-hostile-names.ts'

test.each(hostileNames)('%s: nothing hidden is left, and the name comes back', (_, name, shown) => {
  expect(shownText(name)).toBe(shown)
  expect(shownText(name)).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]*$/u)
  expect(givenText(shownText(name))).toBe(name)
})

test('every text comes back as it was', () => {
  const points = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff })))
  const texts = points.map((some) => String.fromCodePoint(...some))
  fc.assert(fc.property(texts, (text) => givenText(shownText(text)) === text))
  const escapes = fc.array(fc.constantFrom('\\', 'u{', '41', '}', '\u202e', 'x')).map((parts) => parts.join(''))
  fc.assert(fc.property(escapes, (text) => givenText(shownText(text)) === text))
})

test('a text that hides nothing stays as it is', () => {
  const plain = String.fromCodePoint(...Array.from({ length: 95 }, (_, at) => at + 32))
  expect(shownText(plain)).toBe(plain)
})

test('what is no character is left as it stands there', () => {
  for (const text of ['\\u{110000}', '\\u{D800}', '\\u{}', '\\u{12345678}', '\\u202e', 'u{41}'])
    expect(givenText(text)).toBe(text)
})

test('texts in lists and objects are changed, and nothing else', () => {
  const value = { name: 'a\u200bb', rows: [{ count: 3, is: true, none: null, names: ['\u202ex'] }] }
  const shown = { name: 'a\\u{200B}b', rows: [{ count: 3, is: true, none: null, names: ['\\u{202E}x'] }] }
  expect(shownValue(value)).toEqual(shown)
  expect(givenValue(shown)).toEqual(value)
})
