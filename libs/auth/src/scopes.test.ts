import { expect, test } from 'vitest'
import type { Role } from './principal.ts'
import { checkScopes, requireModelingAccess, scopesOf } from './scopes.ts'

const read = 'iai:access-modeling:read'
const manage = 'iai:access-modeling:manage'

test.each<[Role, string[] | undefined, string]>([
  ['admin', undefined, 'read manage'],
  ['role-miner', undefined, 'read manage'],
  ['reviewer', undefined, 'read'],
  ['auditor', undefined, 'read'],
  ['admin', ['sp:scopes:all'], 'read manage'],
  ['admin', [manage], 'read manage'],
  ['admin', [read], 'read'],
  ['admin', ['sp:scopes:default'], ''],
  // Scopes never go beyond the role.
  ['auditor', ['sp:scopes:all'], 'read'],
  ['auditor', [manage], 'read'],
])('the role %s with the scopes %j may %s', (role, scopes, allowed) => {
  const principal = { role, ...(scopes && { scopes }) }
  const may = (['read', 'manage'] as const).filter((access) => {
    try {
      requireModelingAccess(principal, access)
      return true
    } catch (error) {
      expect(error).toMatchObject({ kind: 'permission_denied' })
      return false
    }
  })
  expect(may.join(' ')).toBe(allowed)
})

test('a refusal names the scopes that would do', () => {
  expect(() => requireModelingAccess({ role: 'admin', scopes: [read] }, 'manage')).toThrow(
    `This call needs one of the scopes ${manage}, sp:scopes:all`,
  )
})

test.each([
  [['x'], '"x" is none of'],
  [[], 'must be some of'],
])('the scopes %j are refused', (scopes, message) => {
  expect(() => checkScopes({ dialect: 'sailpoint', scopes })).toThrow(message)
})

test('clients of ConductorOne have no scopes, and every client has some in its token', () => {
  expect(() => checkScopes({ dialect: 'c1', scopes: [read] })).toThrow('only clients of the dialect sailpoint')
  expect(scopesOf({ role: 'auditor' })).toEqual([read])
  expect(scopesOf({ role: 'admin', scopes: [manage] })).toEqual([manage])
})
