import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test, vi } from 'vitest'
import { LazyAutomaton, type Program } from './lazy-automaton.ts'
import { Pattern, PatternError } from './pattern.ts'

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
    expect(new Pattern(source).test(text)).toBe(expected)
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
    expect(() => new Pattern(source)).toThrow(new PatternError(message))
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
    `(?i)${'[\\x{100}-\\x{1F000}]'.repeat(450)}`,
    `(?m-s:(?si)${'[^a\u0100-\ufffd]'.repeat(900)})`,
  ])('%# is refused before much is compiled', (source) => {
    const compile = vi.spyOn(RE2JS, 'compile')
    try {
      expect(() => new Pattern(source)).toThrow(PatternError)
      for (const { type, value } of compile.mock.results) {
        if (type === 'return') expect((value.re2() as unknown as Compiled).prog.numInst()).toBeLessThan(10_000)
      }
    } finally {
      compile.mockRestore()
    }
  })

  test('and the message says so', () => {
    expect(() => new Pattern('(?:a?){1000}a{1000}')).toThrow(tooLarge)
    expect(() => new Pattern('a'.repeat(10_001))).toThrow('it has 10001 characters; at most 10000 are supported')
  })

  test('but an alternation of hundreds of names, and a count in brackets or quotes, is not large', () => {
    const names = Array.from({ length: 300 }, (_, number) => `Team ${number * 7919}`)
    expect(new Pattern(`^(?:${names.join('|')})$`).test('Team 7919')).toBe(true)
    const classes = ['(?i)[一-鿿]{2,20}', '(?i)[一-鿿]', '(?i)[\\x{0}-\\x{10FFFF}]', '[\\x{100}-\\x{1F000}]'].map(
      (one) => one.repeat(5),
    )
    for (const source of ['[{1000}]'.repeat(20), '\\{1000}'.repeat(20), '\\Qa{1000}\\E'.repeat(20), ...classes]) {
      expect(new Pattern(source).size).toBeLessThan(250)
    }
  })
})

interface Compiled {
  readonly prog: Program
  readonly dfa: { readonly classBounds: ArrayLike<number> }
}

/** How often the automaton visits instructions of the compiled pattern while it reads the text. */
function looksAt(source: string, text: string): { looks: number; size: number } {
  const { prog, dfa } = RE2JS.compile(source).re2() as unknown as Compiled
  let looks = 0
  const counted: Program = {
    start: prog.start,
    numInst: () => prog.numInst(),
    startCond: () => prog.startCond(),
    getInst(pc) {
      looks++
      return prog.getInst(pc)
    },
  }
  const automaton = new LazyAutomaton(counted, Int32Array.from(dfa.classBounds))
  looks = 0
  automaton.test(text)
  return { looks, size: prog.numInst() }
}

describe('texts take linear time', () => {
  test.each([
    ['.*.*.*!', 'a'.repeat(100_000)],
    [`^${'(.|.|.|.|.|.|.|.)'.repeat(9)}!`, 'a'.repeat(100_000)],
    ['(a+)+$', `${'a'.repeat(100_000)}b`],
    ['(?:a?){300}a{300}', 'a'.repeat(100_000)],
    ['(x+x+)+y', 'x'.repeat(100_000)],
    ['^(\\pL|\\d|_)*$', `${'é1_'.repeat(30_000)}!`],
  ])('%s', (source, text) => {
    new Pattern(source).test(text)
    // Each character visits every instruction at most twice, whatever the length of the text.
    for (const part of [text, text.slice(text.length / 2)]) {
      const { looks, size } = looksAt(source, part)
      expect(looks).toBeLessThanOrEqual(2 * size * (part.length + 1))
    }
  })

  test('also when the pattern has more states than are remembered', () => {
    const pattern = new Pattern('[ab]*a[ab]{200}c')
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
      let compiled: Pattern
      try {
        compiled = new Pattern(pattern)
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
