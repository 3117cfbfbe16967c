import { expect, test } from 'vitest'
import { booleanValue, integerValue, orNull, type PatchRules, patched, textValue } from './json-patch.ts'

interface Document {
  name: string | null
  saved: boolean
  threshold: number | null
}
const before: Document = { name: 'Old', saved: true, threshold: 50 }
const rules: PatchRules<Document> = {
  '/name': { operations: ['remove', 'replace', 'add'], removed: null, read: textValue(10) },
  '/saved': { operations: ['remove', 'replace'], removed: false, read: booleanValue },
  '/threshold': { operations: ['replace'], read: orNull(integerValue(0, 100)) },
}

test.each([
  [[{ op: 'replace', path: '/name', value: 'New' }], { ...before, name: 'New' }],
  [[{ op: 'add', path: '/name', value: 'New' }], { ...before, name: 'New' }],
  [[{ op: 'remove', path: '/name' }], { ...before, name: null }],
  [[{ op: 'remove', path: '/saved' }], { ...before, saved: false }],
  [[{ op: 'replace', path: '/saved', value: 'false' }], { ...before, saved: false }],
  [[{ op: 'replace', path: '/threshold', value: '83' }], { ...before, threshold: 83 }],
  [[{ op: 'replace', path: '/threshold', value: null }], { ...before, threshold: null }],
  // SailPoint's own example removes and then replaces each member in one document.
  [
    [
      { op: 'remove', path: '/name' },
      { op: 'replace', path: '/name', value: 'New' },
      { op: 'remove', path: '/saved' },
      { op: 'replace', path: '/saved', value: 'true' },
    ],
    { ...before, name: 'New' },
  ],
])('%j', (operations, after) => {
  expect(patched(before, operations, rules)).toEqual(after)
  expect(before).toEqual({ name: 'Old', saved: true, threshold: 50 })
})

test.each([
  [[], 'body: must be an array of 1 to 100 operations, it has 0'],
  [
    [{ op: 'replace', path: '/id', value: 'x' }],
    '[0].path: "/id" cannot be changed; these can: /name, /saved, /threshold',
  ],
  [[{ op: 'replace', path: '/__proto__', value: {} }], '[0].path: "/__proto__" cannot be changed'],
  [[{ op: 'replace', path: 'name', value: 'x' }], '[0].path: "name" cannot be changed'],
  [[{ op: 'replace', path: '', value: {} }], '[0].path: "" cannot be changed'],
  [
    [{ op: 'test', path: '/name', value: 'Old' }],
    '[0].op: "test" is not supported for /name; supported: remove, replace, add',
  ],
  [[{ op: 'REPLACE', path: '/name', value: 'x' }], '[0].op: "REPLACE" is not supported for /name'],
  [[{ op: 'remove', path: '/threshold' }], '[0].op: "remove" is not supported for /threshold; supported: replace'],
  [[{ op: 'replace', path: '/name' }], '[0].value: is missing; "replace" needs a value'],
  [[{ op: 'replace', path: '/name', value: ' ' }], '[0].value: must be a text of 1 to 10 characters'],
  [
    [{ op: 'replace', path: '/name', value: 'a\0b' }],
    '[0].value: must be a text of 1 to 10 characters, without U+0000',
  ],
  [
    [{ op: 'replace', path: '/name', value: 7 }],
    '[0].value: must be a text of 1 to 10 characters, without U+0000, it is 7',
  ],
  [[{ op: 'replace', path: '/saved', value: 'yes' }], '[0].value: must be true or false, it is "yes"'],
  [[{ op: 'replace', path: '/threshold', value: 101 }], '[0].value: must be a whole number from 0 to 100, it is 101'],
  [[{ op: 'replace', path: '/threshold', value: 1.5 }], '[0].value: must be a whole number from 0 to 100, it is 1.5'],
  [
    [
      { op: 'replace', path: '/name', value: 'New' },
      { op: 'replace', path: '/saved', value: 1 },
    ],
    '[1].value: must be true or false, it is 1',
  ],
])('%j is refused', (operations, message) => {
  expect(() => patched(before, operations, rules)).toThrow(message)
})
