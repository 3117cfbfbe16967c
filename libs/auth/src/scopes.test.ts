import { expect, test } from 'vitest'
import { checkScopes, scopesOf } from './scopes.ts'

test.each([
  [['x'], '"x" is none of'],
  [[], 'must be some of'],
])('the scopes %j are refused', (scopes, message) => {
  expect(() => checkScopes({ dialect: 'sailpoint', scopes })).toThrow(message)
})

test('clients of ConductorOne are made without scopes', () => {
  expect(() => checkScopes({ dialect: 'c1', scopes: ['sp:scopes:all'] })).toThrow(
    'only clients of the dialect sailpoint',
  )
})

test('a client that was made without scopes has sp:scopes:all', () => {
  expect(scopesOf({})).toEqual(['sp:scopes:all'])
  expect(scopesOf({ scopes: ['iai:access-modeling:read'] })).toEqual(['iai:access-modeling:read'])
})
