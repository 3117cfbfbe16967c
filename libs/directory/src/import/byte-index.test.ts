import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteIndex } from './byte-index.ts'

test('numbers byte strings as a Map numbers scope and text, through every growth', () => {
  const key = fc.tuple(fc.nat(2), fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 5 }))
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 3000 }), (keys) => {
      const index = new ByteIndex()
      const twin = new Map<string, number>()
      for (const [scope, text] of keys) {
        const bytes = new TextEncoder().encode(`<${text}>`)
        const name = `${scope} ${text}`
        expect(index.find(bytes, 1, bytes.length - 1, scope)).toBe(twin.get(name) ?? -1)
        if (!twin.has(name)) twin.set(name, twin.size)
        const ordinal = index.add(bytes, 1, bytes.length - 1, scope)
        expect(ordinal).toBe(twin.get(name))
        expect(index.text(ordinal)).toBe(text)
        expect(index.holds(ordinal, bytes, 1, bytes.length - 1)).toBe(true)
        expect(index.holds(ordinal, bytes, 0, bytes.length)).toBe(false)
      }
      expect(index.size).toBe(twin.size)
    }),
    { numRuns: 20 },
  )
})

test('many long byte strings are stored, each as it came', () => {
  const index = new ByteIndex()
  const texts = Array.from({ length: 200 }, (_, at) => `${at} ${'x'.repeat(20_000)}`)
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text)
    index.add(bytes, 0, bytes.length, 0)
  }
  expect(texts.every((text, ordinal) => index.text(ordinal) === text)).toBe(true)
})

test('very many byte strings keep their numbers', () => {
  const index = new ByteIndex()
  const all = Array.from({ length: 20_000 }, (_, at) => new TextEncoder().encode(`k${at}`))
  for (const bytes of all) index.add(bytes, 0, bytes.length, 0)
  expect(index.size).toBe(all.length)
  expect(all.every((bytes, ordinal) => index.find(bytes, 0, bytes.length, 0) === ordinal)).toBe(true)
  const other = new TextEncoder().encode('k20000')
  expect(index.find(other, 0, other.length, 0)).toBe(-1)
})
