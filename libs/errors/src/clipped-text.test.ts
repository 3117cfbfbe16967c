import { expect, test } from 'vitest'
import { clippedMessage } from './clipped-text.ts'
import { DomainError, invalidArgument, listed, notFound } from './index.ts'

test('a message repeats 200 characters of an input, however long it is', () => {
  expect(notFound('run', 'x'.repeat(10_000)).message).toBe(`run "${'x'.repeat(200)}..." does not exist`)
  expect(notFound('run', 'x'.repeat(200)).message).toBe(`run "${'x'.repeat(200)}" does not exist`)
  expect(notFound('run', 'x'.repeat(201)).message).toBe(`run "${'x'.repeat(200)}..." does not exist`)
  const [violation] = invalidArgument('name', `"${'y'.repeat(500)}" is no name; "a" is`).violations
  expect(violation!.description).toBe(`"${'y'.repeat(200)}..." is no name; "a" is`)
})

test('a message has an end, even where an input stands in it without quotes', () => {
  expect(new DomainError('unavailable', 'z'.repeat(1_000_000)).message).toBe(`${'z'.repeat(2000)}...`)
  expect(new DomainError('unavailable', 'z'.repeat(2000)).message).toBe('z'.repeat(2000))
  expect(invalidArgument('f'.repeat(5_000), 'bad').violations[0]!.field).toBe(`${'f'.repeat(200)}...`)
})

test('what is cut stays text, even in the middle of a character, and half a character becomes a sign for it', () => {
  expect(clippedMessage(`"${'a'.repeat(199)}${'😀'.repeat(9)}"`)).toBe(`"${'a'.repeat(199)}..."`)
  expect(notFound('run', '\ud800').message).toBe('run "\ufffd" does not exist')
})

test('a list of up to 20 names is given whole, of a longer one the first and how many are left out', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`)
  expect(listed(names(3))).toBe('a0, a1, a2')
  expect(listed(names(20))).toBe(names(20).join(', '))
  expect(listed(names(21))).toBe(`${names(20).join(', ')} and 1 more`)
  expect(listed(names(600))).toBe(`${names(20).join(', ')} and 580 more`)
})

test('of many faults the first 20 are told, and how many are left out; facts for programs are clipped like quotes', () => {
  const violations = Array.from({ length: 600 }, (_, index) => ({ field: `ids[${index}]`, description: 'is unknown' }))
  const error = new DomainError('invalid_argument', 'many', { violations, metadata: { id: 'x'.repeat(999) } })
  expect(error.violations).toHaveLength(21)
  expect(error.violations.at(-1)).toEqual({ field: '', description: 'and 580 more' })
  expect(error.metadata.id).toBe(`${'x'.repeat(200)}...`)
})
