import { conductorone, sailpoint } from '@assay/dialects'
import { expect, test } from 'vitest'
import { type ApiClientInit, checkClient } from './api-clients.ts'

const check = (init: Pick<ApiClientInit, 'dialect' | 'scopes'>) =>
  checkClient({ tenantId: 1, role: 'admin', displayName: 'Test', ...init })

test.each([
  [['x'], '"x" is none of'],
  [[], 'must be some of'],
])('the scopes %j are refused', (scopes, message) => {
  expect(() => check({ dialect: sailpoint.clients, scopes })).toThrow(message)
})

test('clients of a dialect without scopes are made without scopes', () => {
  const init = { dialect: conductorone.clients, scopes: ['sp:scopes:all'] }
  expect(() => check(init)).toThrow('clients of the dialect c1 have no scopes')
})

test('a name has up to 200 characters, whatever each of them takes', () => {
  const init = { tenantId: 1, role: 'admin', dialect: conductorone.clients } as const
  expect(checkClient({ ...init, displayName: '😀'.repeat(200) }).displayName).toBe('😀'.repeat(200))
  expect(() => checkClient({ ...init, displayName: 'x'.repeat(201) })).toThrow('1 to 200 characters')
})
