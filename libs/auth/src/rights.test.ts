import { expect, test } from 'vitest'
import { type Role, roles } from './principal.ts'
import { hasRight, type Right, requireRight } from './rights.ts'

const granted: Readonly<Record<Role, string>> = {
  admin: 'read mine decide administer',
  'role-miner': 'read mine decide',
  reviewer: 'read decide',
  auditor: 'read',
}

test.each(roles)('the role %s has its rights and no other', (role) => {
  const rights: readonly Right[] = ['read', 'mine', 'decide', 'administer']
  expect(rights.filter((right) => hasRight({ role }, right)).join(' ')).toBe(granted[role])
})

test('a missing right is PERMISSION_DENIED and says who has it', () => {
  expect(() => requireRight({ role: 'auditor' }, 'mine')).toThrow(
    expect.objectContaining({
      kind: 'permission_denied',
      message:
        'This call needs the right "mine", which the role "auditor" does not have; use a client with the role admin or role-miner',
    }),
  )
})
