import { expect, test } from 'vitest'
import { AccountTexts } from './account-texts.ts'
import type { HeldEntitlement } from './held-access.ts'
import { MemberChoice } from './member-choice.ts'

const members = [
  ...['id', 'name', 'accountId', 'source', 'disabled', 'locked', 'privileged', 'manuallyCorrelated', 'passwordLastSet'],
  ...['entitlementAttributes', 'accountAttributes', 'created', 'supportsPasswordChange'],
]

const account = (key: number, name: string, isDisabled = false) => ({
  id: `${key}`.padStart(32, '0'),
  application: { key, id: `app "${key}"`, name: `Application ${key} ü` },
  name,
  login: `${name}@example`,
  isDisabled,
})

const held = (key: number, attribute: string, privileged = false): HeldEntitlement => ({
  key,
  id: `entitlement "${key}" \\ \u2028 \ud800`,
  name: `Entitlement ${key}`,
  description: '',
  attribute,
  privileged,
  applicationKey: 1,
  applicationId: 'app',
  applicationName: 'Application',
})

test.each<[string, readonly HeldEntitlement[]]>([
  ['nothing', []],
  ['one entitlement', [held(1, 'memberOf', true)]],
  ['one entitlement without an attribute', [held(1, '')]],
  ['one entitlement of an attribute whose name is a number', [held(1, '10')]],
  ['one entitlement of an attribute with the name of a member of objects', [held(1, '__proto__')]],
  ['entitlements of one attribute', [held(1, 'memberOf'), held(2, 'memberOf'), held(1, 'memberOf')]],
  ['entitlements of several attributes', [held(1, 'memberOf'), held(2, 'role', true), held(3, 'memberOf')]],
  ['entitlements without an attribute', [held(1, ''), held(2, 'entitlements')]],
  [
    'attributes whose names are numbers',
    [held(1, 'memberOf'), held(2, '10'), held(3, '9'), held(4, '01'), held(5, '0')],
  ],
  ['attributes with the names of members of objects', [held(1, '__proto__'), held(2, 'toString'), held(3, 'a"b\n')]],
])('an account with %s is the same text whether all members are shown or each is chosen', (_, of) => {
  const chosen = MemberChoice.of(members, [], 'filter')
  expect(chosen.isEverything).toBe(false)
  const [whole, parts] = [new AccountTexts(MemberChoice.everything), new AccountTexts(chosen)]
  for (const one of [account(1, 'ann'), account(2, 'ann', true), account(1, 'b"ob \u0007')]) {
    const text = whole.text(one, of)
    expect(text).toBe(parts.text(one, of))
    expect(Object.keys(JSON.parse(text))).toEqual(members)
  }
})

test('the source of an account has the name that came with the account', () => {
  const texts = new AccountTexts(MemberChoice.everything)
  const { application, ...rest } = account(1, 'ann')
  const sources = ['one', 'other', 'one'].map(
    (name) => JSON.parse(texts.text({ ...rest, application: { ...application, name } }, [])).source.name,
  )
  expect(sources).toEqual(['one', 'other', 'one'])
})
