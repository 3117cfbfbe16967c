import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findJsonFault } from './json-fault.ts'

test('what the platform parses has no fault', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.nat({ max: 4 }), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), undefined, indent)
      expect(findJsonFault(text, '')).toBeUndefined()
      expect(findJsonFault(spaced, '')).toBeUndefined()
    }),
    { numRuns: 300, seed: 3 },
  )
})

test('a text with one character changed has a fault exactly when the platform does not parse it', () => {
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom(...'{}[]",:\\0-.eE+ tfn\n\u0001x'),
      (text, at, character) => {
        const place = at % (text.length + 1)
        const changed = text.slice(0, place) + character + text.slice(place + (at % 2))
        const fault = findJsonFault(changed, '')
        if (fault?.description === 'is given twice') return // the platform's parser drops one of them silently
        expect(fault === undefined, changed).toBe(isParsed(changed))
      },
    ),
    { numRuns: 3000, seed: 5 },
  )
})

test('a long string before a fault is no burden', () => {
  expect(findJsonFault(`["${'x'.repeat(8_000_000)}", ]`, '')?.description).toMatch(/a JSON value is expected/)
})

function isParsed(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
