import { expect, test } from 'vitest'
import { areComplete, personOfClaims } from './claims.ts'

const names = { groups: 'groups', identity: undefined }
const groups = (claims: Record<string, unknown>, name = 'groups') =>
  personOfClaims({ sub: 's', ...claims }, { groups: name, identity: undefined }).groups

test.each<[string, Record<string, unknown>, string, string[]]>([
  ['a list', { groups: ['a', 'b', 'a'] }, 'groups', ['a', 'b']],
  ['one text', { groups: 'a' }, 'groups', ['a']],
  ['numbers', { groups: [7] }, 'groups', ['7']],
  ['what is no text', { groups: [{}, null, ['x'], true, ''] }, 'groups', []],
  ['control characters and endless names', { groups: ['a\nb', 'x'.repeat(257)] }, 'groups', []],
  ['nothing', {}, 'groups', []],
  ['a path', { realm_access: { roles: ['a'] } }, 'realm_access.roles', ['a']],
  ['a name with dots', { 'https://x.org/g': ['a'] }, 'https://x.org/g', ['a']],
  ['a path that ends early', { realm_access: 'x' }, 'realm_access.roles', []],
  ['a name of all objects', {}, 'constructor.name', []],
])('groups of %s', (_, claims, name, expected) => {
  expect(groups(claims, name)).toEqual(expected)
})

test('of many groups the first thousand count', () => {
  expect(groups({ groups: Array.from({ length: 5_000 }, (_, index) => `g${index}`) })).toHaveLength(1_000)
})

test.each<[Record<string, unknown>, string]>([
  [{ name: ' Ada ', email: 'a@x' }, 'Ada'],
  [{ given_name: 'Ada', family_name: 'Byron' }, 'Ada Byron'],
  [{ preferred_username: 'ada' }, 'ada'],
  [{ email: 'a@x' }, 'a@x'],
  [{}, 's'],
  [{ name: 'A\u0000d\u001ba' }, 'A d a'],
  [{ name: { first: 'Ada' } }, 's'],
  [{ name: 'x'.repeat(300) }, 'x'.repeat(200)],
])('the name of %j is %s', (claims, name) => {
  expect(personOfClaims({ sub: 's', ...claims }, names).name).toBe(name)
})

test.each<[Record<string, unknown>, string | undefined]>([
  [{ email: 'A@X.org' }, 'a@x.org'],
  [{ email: 'a@x.org', email_verified: true }, 'a@x.org'],
  [{ email: 'a@x.org', email_verified: false }, undefined],
  [{ email: 'a@x.org', email_verified: 'false' }, undefined],
  [{ email: 'ada' }, undefined],
  [{}, undefined],
])('the mail of %j is %s', (claims, mail) => {
  expect(personOfClaims({ sub: 's', ...claims }, names).mail).toBe(mail)
})

test.each<[Record<string, unknown>, string, string | undefined]>([
  [{ email: 'A@X.org' }, 'email', 'A@X.org'],
  [{ email: 'a@x.org', email_verified: true }, 'email', 'a@x.org'],
  [{ email: 'a@x.org', email_verified: false }, 'email', undefined],
  [{ email: 'a@x.org', email_verified: 'false' }, 'email', undefined],
  [{ employee_id: '17', email_verified: false }, 'employee_id', '17'],
])('of %j the claim %s names the identity %s: no address that nobody has verified', (claims, identity, expected) => {
  expect(personOfClaims({ sub: 's', ...claims }, { groups: 'groups', identity }).identity).toBe(expected)
})

test.each([undefined, '', 7, 'x'.repeat(256), 'a\0b'])('the subject %j is none', (sub) => {
  expect(() => personOfClaims({ sub }, names)).toThrow('"sub"')
})

test('groups that the issuer left out are told', () => {
  expect(personOfClaims({ sub: 's', _claim_names: { groups: 'src1' } }, names).leavesGroupsOut).toBe(true)
  expect(personOfClaims({ sub: 's' }, names).leavesGroupsOut).toBe(false)
})

test('claims are complete with a name, the groups and the identity', () => {
  const claims = { sub: 's', name: 'Ada', groups: [], employee_id: '17' }
  expect(areComplete(claims, { groups: 'groups', identity: 'employee_id' })).toBe(true)
  expect(areComplete(claims, { groups: 'roles', identity: 'employee_id' })).toBe(false)
  expect(areComplete({ sub: 's', groups: [] }, names)).toBe(false)
})
