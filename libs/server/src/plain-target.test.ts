import { expect, test } from 'vitest'
import { plainTarget } from './plain-target.ts'

test.each([
  ['/auth/v1/token', '/auth/v1/token'],
  ['//auth/v1/token', '/auth/v1/token'],
  ['////auth/v1/token?x=//y', '/auth/v1/token?x=//y'],
  ['//', '/'],
  ['/', '/'],
  ['//?q=1', '/?q=1'],
  // An empty segment that is not at the beginning stays.
  ['/api/v1//catalogs', '/api/v1//catalogs'],
  ['//api/v1/catalogs//x', '/api/v1/catalogs//x'],
  ['/%2F/x', '/%2F/x'],
  ['http://127.0.0.1:8080/beta/x?y=1', '/beta/x?y=1'],
  ['HTTPS://example.com//beta/x', '/beta/x'],
  ['http://example.com', '/'],
  ['http://example.com?q=/', '/?q=/'],
  // Escapes of characters that need none are decoded; all others and the query stay.
  ['/%62eta/v%32%30/a%2Db%5f%7E', '/beta/v20/a-b_~'],
  ['/a%2Fb%20c%3A%25%40%5B%60%7B%C3%A4?x=%62', '/a%2Fb%20c%3A%25%40%5B%60%7B%C3%A4?x=%62'],
  ['/%2562', '/%2562'],
  ['/%zz%6', '/%zz%6'],
  // A target that is not a path stays, and no route answers it.
  ['*', '*'],
  ['example.com:443', 'example.com:443'],
])('the target %s is read as %s', (target, plain) => {
  expect(plainTarget(target)).toBe(plain)
})
