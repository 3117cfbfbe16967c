import { expect, test } from 'vitest'
import type { Principal } from '../principal.ts'
import { callerFor, unitedAccess } from './access-of-person.ts'

const all = (role: 'admin' | 'role-miner' | 'reviewer' | 'auditor') => ({ role, readerScope: undefined })
const only = (role: 'admin' | 'role-miner' | 'reviewer' | 'auditor', readerScope: string) => ({ role, readerScope })
const united = (...given: Parameters<typeof unitedAccess>[0]) => {
  const access = unitedAccess(given)
  return access && [access.role, Object.fromEntries(access.scopes)]
}

test('without a group that matches there is no access', () => {
  expect(united()).toBeUndefined()
})

test('the rights of several groups are those of the strongest', () => {
  expect(united(all('auditor'), all('role-miner'), all('reviewer'))).toEqual([
    'role-miner',
    { read: undefined, mine: undefined, decide: undefined },
  ])
})

test('who reads everything and decides about some does not decide about everything', () => {
  expect(united(all('auditor'), only('reviewer', 'sales'))).toEqual([
    'reviewer',
    { read: undefined, decide: ['sales'] },
  ])
})

test('scopes of groups with the same right are united, each once', () => {
  expect(united(only('reviewer', 'b'), only('reviewer', 'a'), only('auditor', 'c'), only('reviewer', 'a'))).toEqual([
    'reviewer',
    { read: ['a', 'b', 'c'], decide: ['a', 'b'] },
  ])
})

const caller = {
  tenantId: 1,
  tenant: 't',
  clientId: 'person-1',
  identityId: 'person-1',
  displayName: 'Ada',
  dialect: 'assay',
  role: 'reviewer',
} satisfies Principal

test('a caller is bound to the scope for the right that a call needs', () => {
  const ada: Principal = { ...caller, readerScope: 'both', readerScopes: { decide: 'sales', administer: null } }
  expect(callerFor(ada, 'read').readerScope).toBe('both')
  expect(callerFor(ada, undefined).readerScope).toBe('both')
  expect(callerFor(ada, 'decide').readerScope).toBe('sales')
  expect('readerScope' in callerFor(ada, 'administer')).toBe(false)
  expect(callerFor(ada, 'decide')).toBe(callerFor(ada, 'decide'))
  expect('readerScopes' in callerFor(ada, 'decide')).toBe(false)
})

test('a caller with one scope for everything stays the same object', () => {
  expect(callerFor(caller, 'decide')).toBe(caller)
})
