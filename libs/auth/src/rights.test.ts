import { expect, test } from 'vitest'
import { hasRight, rights, rolesWith } from './rights.ts'
import { type Role, roles } from './roles.ts'

const granted: Readonly<Record<Role, string>> = {
  admin: 'read mine decide administer',
  'role-miner': 'read mine decide',
  reviewer: 'read decide',
  auditor: 'read',
  agent: 'read decide-by-tool',
}

test.each(roles)('the role %s has its rights and no other', (role) => {
  expect(rights.filter((right) => hasRight(role, right)).join(' ')).toBe(granted[role])
})

test.each(rights)('the roles with the right %s are those that have it', (right) => {
  expect(rolesWith(right)).toEqual(roles.filter((role) => granted[role].split(' ').includes(right)))
})
