import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { compilePattern, PatternError } from './compile-pattern.ts'

describe('RE2 syntax', () => {
  test.each([
    ['(?i)^sales$', 'SALES', true],
    ['(?i)straße', 'STRAßE', true],
    ['(?i)k', '\u212a', true],
    ['\\Aana\\z', 'ana', true],
    ['\\Aana\\z', 'ana\n', false],
    ['^b$', 'a\nb\nc', false],
    ['(?m)^b$', 'a\nb\nc', true],
    ['[[:upper:]]{2}', 'aBCd', true],
    ['(?P<unit>eng|ops)', 'devops', true],
    ['(?<unit>eng|ops)', 'devops', true],
    ['^\\pL+$', 'Žluťoučký', true],
    ['^\\p{Greek}+$', 'αβγ', true],
    ['^.$', '😀', true],
    ['[😀-😂]', 'x😁', true],
    ['a.c', 'a\nc', false],
    ['(?s)a.c', 'a\nc', true],
    ['\\bops\\b', 'dev ops.', true],
    ['\\bops\\b', 'devops', false],
    ['\\Bps', 'ops', true],
    ['\\Qa.b\\E', 'xa.b', true],
    ['', '', true],
    ['', 'anything', true],
    ['$', 'abc', true],
    ['$^', '', true],
    ['$^', 'a', false],
    ['[^\\x00-\\x{10FFFF}]', 'a', false],
    ['^(?:a|ab)(?:c|bcd)$', 'abcd', true],
  ])('%s on %j', (source, text, expected) => {
    expect(compilePattern(source).test(text)).toBe(expected)
  })

  test.each([
    ['(["', 'missing closing ]: `["`'],
    ['a(?=b)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['a(?!b)', 'invalid or unsupported Perl syntax: `(?!`'],
    ['(?<=a)b', 'invalid named capture: `(?<=a)b`'],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['(?P<x>a)(?P<x>b)', 'duplicate capture group name: `x`'],
    ['\\pX', 'invalid character class range: `\\pX`'],
  ])('%s is refused', (source, message) => {
    expect(() => compilePattern(source)).toThrow(new PatternError(message))
  })
})

describe('the size of a pattern is bounded', () => {
  const tooLarge = new PatternError(
    'it compiles to more than 2000 instructions; use smaller counts in {n,m}, or several patterns',
  )
  test.each([
    '(?:a?){1000}a{1000}',
    'a{1000}'.repeat(1000),
    '(?:(?:(?:a{10}){10}){10}b)'.repeat(300),
    '(a{0,1000})'.repeat(90),
    '\\pL{1000}'.repeat(1000),
    '[]\\]a]{900}[[:alpha:]]{900}[^]]{900}',
    '(((((((((x{9}){9}){9})))){9}){9}){9})',
  ])('%# is refused at once', (source) => {
    const before = performance.now()
    expect(() => compilePattern(source)).toThrow(PatternError)
    expect(performance.now() - before).toBeLessThan(200)
  })

  test('and the message says so', () => {
    expect(() => compilePattern('(?:a?){1000}a{1000}')).toThrow(tooLarge)
    expect(() => compilePattern('a'.repeat(10_001))).toThrow('it has 10001 characters; at most 10000 are supported')
    expect(() => compilePattern('abc', { maxSize: 3 })).toThrow('more than 3 instructions')
  })

  test('but an alternation of hundreds of names, and a count in brackets or quotes, is not large', () => {
    const names = Array.from({ length: 300 }, (_, number) => `Team ${number * 7919}`)
    expect(compilePattern(`^(?:${names.join('|')})$`).test('Team 7919')).toBe(true)
    for (const source of ['[{1000}]'.repeat(20), '\\{1000}'.repeat(20), '\\Qa{1000}\\E'.repeat(20)]) {
      expect(compilePattern(source).size).toBeLessThan(250)
    }
  })
})

describe('texts take linear time', () => {
  test.each([
    ['.*.*.*!', 'a'.repeat(100_000)],
    [`^${'(.|.|.|.|.|.|.|.)'.repeat(9)}!`, 'a'.repeat(100_000)],
    ['(a+)+$', `${'a'.repeat(100_000)}b`],
    ['(?:a?){300}a{300}', 'a'.repeat(100_000)],
    ['(x+x+)+y', 'x'.repeat(100_000)],
    ['^(\\pL|\\d|_)*$', `${'é1_'.repeat(30_000)}!`],
  ])('%s', (source, text) => {
    const pattern = compilePattern(source)
    const before = performance.now()
    pattern.test(text)
    expect(performance.now() - before).toBeLessThan(1000)
  })

  test('also when the pattern has more states than are remembered', () => {
    const pattern = compilePattern('[ab]*a[ab]{200}c')
    const random = Array.from({ length: 20_000 }, (_, n) => ((n * 2654435761) >>> 7) & 1).map((bit) => 'ab'[bit])
    expect(pattern.test(`${random.join('')}c`)).toBe(random.at(-201) === 'a')
    expect(pattern.test(`a${'b'.repeat(200)}c`)).toBe(true)
    expect(pattern.test(`a${'b'.repeat(199)}c`)).toBe(false)
  })
})

const letter = fc.constantFrom('a', 'b', 'c', '0', '_', ' ', '\n', 'K', 'k', '\u212a', 'é', 'ſ', 's', '😀', '\ud800')
const text = fc.array(letter, { maxLength: 12 }).map((letters) => letters.join(''))
const source = fc.letrec<{ whole: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    fc.constantFrom('a', 'b', 'c', 'K', 's', 'é', '😀', '.', '^', '$', '\\b', '\\B', '\\A', '\\z', '\\n'),
    fc.constantFrom('[ab]', '[^a]', '\\w', '\\W', '\\d', '\\s', '\\pL', '[[:upper:]]', '[a-k😀]', '(?i:k)', '(?s:.)'),
    tie('whole').map((inner) => `(${inner})`),
    tie('whole').map((inner) => `(?m:${inner})`),
    tie('whole').map((inner) => `(?i:${inner})`),
  ),
  whole: fc.oneof(
    { depthSize: 'small' },
    tie('atom'),
    fc.tuple(tie('whole'), tie('whole')).map((parts) => parts.join('')),
    fc.tuple(tie('whole'), tie('whole')).map((parts) => parts.join('|')),
    fc.tuple(tie('atom'), fc.constantFrom('*', '+', '?', '{2}', '{0,3}', '{1,}', '*?')).map((parts) => parts.join('')),
  ),
})).whole

test('a text matches exactly when the library, without an automaton of its own, says so', () => {
  fc.assert(
    fc.property(source, fc.array(text, { minLength: 1, maxLength: 8 }), (pattern, texts) => {
      let compiled: ReturnType<typeof compilePattern>
      try {
        compiled = compilePattern(pattern)
      } catch {
        expect(() => RE2JS.compile(pattern)).toThrow()
        return
      }
      const reference = RE2JS.compile(pattern)
      for (const one of texts) expect([one, compiled.test(one)]).toEqual([one, reference.matcher(one).find()])
    }),
    { numRuns: 3000 },
  )
})
