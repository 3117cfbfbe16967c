import { expect, test } from 'vitest'
import { type CallerAccess, refusalOf, requireAccess } from './access.ts'
import { rights } from './rights.ts'
import { roles } from './roles.ts'

const read = 'things:read'
const manage = 'things:manage'
const all = 'all'

/** The slow twin: the rights of each role, and the scopes that allow a call with these scopes. */
const allowedRights = {
  admin: ['read', 'mine', 'decide', 'administer'],
  'role-miner': ['read', 'mine', 'decide'],
  reviewer: ['read', 'decide'],
  auditor: ['read'],
  agent: ['read', 'decide-by-tool'],
}
const scopeSets: readonly (readonly [scopes: string[] | undefined, opens: readonly string[]])[] = [
  [undefined, ['none listed', 'to all alone', 'to read', 'to manage']],
  [[all], ['to all alone', 'to read', 'to manage']],
  [
    [all, read],
    ['to all alone', 'to read', 'to manage'],
  ],
  [[manage], ['to read', 'to manage']],
  [[read], ['to read']],
  [['default'], []],
  [['default', read], ['to read']],
  [['something:else'], []],
  [[], []],
]
const listed = {
  'none listed': undefined,
  'to all alone': [all],
  'to read': [read, manage, all],
  'to manage': [manage, all],
}

test.each(roles)('the role %s is allowed what both its rights and its scopes allow, and nothing else', (role) => {
  for (const right of [undefined, ...rights])
    for (const [kind, scopes] of Object.entries(listed))
      for (const [own, opens] of scopeSets) {
        const access: CallerAccess = { ...(right && { right }), ...(scopes && { scopes }) }
        const mayByRole = right === undefined || allowedRights[role].includes(right)
        const expected = mayByRole ? (opens.includes(kind) ? undefined : 'MISSING_SCOPE') : 'MISSING_RIGHT'
        expect(refusalOf({ role, ...(own && { scopes: own }) }, access), `${right} ${kind} ${own}`).toBe(expected)
      }
})

test('a missing right is PERMISSION_DENIED and says who has it', () => {
  expect(() => requireAccess({ role: 'auditor' }, { right: 'mine' })).toThrow(
    expect.objectContaining({
      kind: 'permission_denied',
      reason: 'MISSING_RIGHT',
      metadata: { right: 'mine', role: 'auditor' },
      message:
        'This call needs the right "mine", which the role "auditor" does not have; use a client with the role admin or role-miner',
    }),
  )
})

test.each([
  [
    { scopes: [manage, all] },
    `${manage} ${all}`,
    `This call needs one of the scopes ${manage}, ${all}, which the token does not have; use a client with one of them`,
  ],
  [{ scopes: [all] }, all, `This call needs the scope ${all}, which the token does not have; use a client with it`],
  [{}, '', 'No scope allows this call; use a client without scopes'],
])('a missing scope is PERMISSION_DENIED and names those that open the call: %j', (access, scopes, message) => {
  expect(() => requireAccess({ role: 'admin', scopes: [read] }, access)).toThrow(
    expect.objectContaining({ kind: 'permission_denied', reason: 'MISSING_SCOPE', metadata: { scopes }, message }),
  )
})

test('a caller with the right and a scope goes on', () => {
  requireAccess({ role: 'auditor', scopes: [read] }, { right: 'read', scopes: [read, manage] })
  requireAccess({ role: 'auditor' }, { right: 'read' })
})

test('an agent makes a call for which it has no right by a tool alone, and only where the table opens the call to tools', () => {
  const needs = { right: 'decide' } as const
  const opened = { ...needs, byTools: true } as const
  expect(refusalOf({ role: 'agent' }, opened)).toBe('MISSING_RIGHT')
  expect(refusalOf({ role: 'agent', byTool: true }, needs)).toBe('MISSING_RIGHT')
  expect(refusalOf({ role: 'agent', byTool: true }, opened)).toBeUndefined()
  // A tool allows nothing to a role without the right.
  for (const role of roles.filter((one) => one !== 'agent'))
    expect(refusalOf({ role, byTool: true }, opened), role).toBe(refusalOf({ role }, needs))
  // It does not allow what is refused for another reason.
  const closed = { ...opened, readers: { refused: 'it is of everybody' } }
  expect(refusalOf({ role: 'agent', byTool: true, readerScope: 'one' }, closed)).toBe('BOUNDED_READER')
  expect(refusalOf({ role: 'agent', byTool: true, scopes: ['read'] }, { ...opened, scopes: ['all'] })).toBe(
    'MISSING_SCOPE',
  )
})
