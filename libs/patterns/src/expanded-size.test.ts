import { expect, test } from 'vitest'
import { expandedSize } from './expanded-size.ts'

test.each([
  ['', 0],
  ['abc', 3],
  ['ab{3}', 5],
  ['a{2,5}', 6],
  ['a{5,}', 6],
  ['a{7000}', 1000],
  ['(ab)', 4],
  ['(ab){3}c', 17],
  ['((a){3}){3}', 56],
  ['(a(b', 6],
  ['a)b', 3],
  ['\\d\\.', 2],
  ['\\pN', 21],
  ['\\p{Nd}', 24],
  ['\\Qa{9}\\Eb', 7],
  ['\\Qab', 4],
  ['[a-z]x', 2],
  ['[\\pL\\PN]', 41],
  ['[]a]', 1],
  ['[^]a]', 1],
  ['[a\\]b]', 1],
  ['[[:alpha:]a]', 1],
  ['[[:^alpha:]]{2}', 3],
  ['[\\x{100}-\\x{140}]', 1],
  ['(?i)[\\x{100}-\\x{140}]', 6],
  ['(?s)[\\x{100}-\\x{140}]', 5],
  ['(?i)[\\x01-\\x40]', 5],
  ['(?i)[\\x01-\\x81]', 6],
  ['(?i)[a-\\x{a1}\\x{100}-\\x{140}]', 7],
  ['(?i)[\\x{1E903}-\\x{10FFFF}]', 6],
  ['(?i)[\\x{0}-\\x{10FFFF}]', 5],
  ['(?i)[\\x41-\\x{1e943}]', 5],
])('%s is counted as %d instructions', (source, size) => {
  expect(expandedSize(source)).toBe(size)
})
