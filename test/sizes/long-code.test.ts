import { expect, test } from 'vitest'
import { functionsOf } from './long-code.ts'

const twice = 'const twice = (n: number) => n * 2'

test.each([
  ['a function in one line', twice, [['twice', 1, 1]]],
  ['a method', 'class A {\n  size() {\n    return 1\n  }\n}', [['size', 2, 3]]],
  [
    'a function inside of another has its lines for itself',
    'function outer() {\n  inner()\n  function inner() {\n    return 1\n  }\n}',
    [
      ['outer', 1, 3],
      ['inner', 3, 3],
    ],
  ],
  [
    'a function that begins and ends on the line of another takes none of its lines',
    'function all(list: number[]) {\n  return list.map((n) => n + 1)\n}',
    [
      ['all', 1, 3],
      ['all', 2, 1],
    ],
  ],
  ['a type of functions is none', 'type Work = () => void', []],
])('%s', (_, text, expected) => {
  expect(functionsOf(text).map(({ name, line, ownLines }) => [name, line, ownLines])).toEqual(expected)
})
