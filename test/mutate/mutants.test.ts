import { expect, test } from 'vitest'
import { mutantsOf, mutated } from './mutants.ts'

test.each([
  ['export const isSmall = (n: number) => n < 10', ['n <= 10', 'n < (10 + 1)']],
  ['if (!isOpen) close()', ['if (isOpen) close()', 'if (true) close()', 'if (false) close()', 'if (!isOpen) ;']],
  ['const both = (a) && (b as boolean)', ['(a) || (b as boolean)']],
  ['type Size = 1 | 2', []],
  ["import { a } from './a.ts'", []],
  ['export function two(): number { return a ? 1 : 2 }', ['true ? 1', 'false ? 1', '(1 + 1) :', ': (2 + 1)']],
])('%s', (text, changes) => {
  const all = mutantsOf(text).map((mutant) => mutated(text, mutant))
  expect(all).toHaveLength(changes.length)
  for (const [place, change] of changes.entries()) expect(all[place]).toContain(change)
})

test('a mutant differs from the text only at its change', () => {
  const text = '// 😀 é\nexport const isBoth = (a: string, b: number) => a === "😀" || b >= 2\n'
  for (const mutant of mutantsOf(text)) {
    const changed = mutated(text, mutant)
    expect(changed.slice(0, mutant.start)).toBe(text.slice(0, mutant.start))
    expect(changed.slice(mutant.start + mutant.replacement.length)).toBe(text.slice(mutant.end))
  }
  expect(mutantsOf(text).map(({ start, end }) => text.slice(start, end))).toEqual(['===', '||', '>=', '2'])
})
