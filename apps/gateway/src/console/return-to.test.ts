import { expect, test } from 'vitest'
import { returnPath } from './return-to.ts'

test.each([
  ['/', '/'],
  ['/candidates?band=most#x', '/candidates?band=most#x'],
  ['/people/a%20b', '/people/a%20b'],
  ['/../keys', '/keys'],
  // OWASP: unvalidated redirects
  ['https://evil.example/', '/'],
  ['//evil.example', '/'],
  ['///evil.example', '/'],
  ['/\\evil.example', '/'],
  ['\\\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/\n/evil.example', '/'],
  ['/x\\..\\..//evil.example', '/'],
  ['/.//evil.example', '//evil.example'],
  ['javascript:alert(1)', '/'],
  ['data:text/html,x', '/'],
  ['keys', '/'],
  ['', '/'],
  [null, '/'],
  ['/console/session', '/'],
  [`/${'x'.repeat(2_001)}`, '/'],
  ['/\u00e9', '/%C3%A9'],
  [`/${'\u6f22'.repeat(500)}`, '/'],
])('the sign-in with return_to=%j leads to %s', (given, path) => {
  // The resulting path must not be read as another host either.
  expect(returnPath(given)).toBe(path.startsWith('//') ? '/' : path)
})
